"""The doors past the lock of the histories. Who may use which stands in the architecture test."""

from collections.abc import Iterator
from contextlib import contextmanager

from models.audit import open_door


@contextmanager
def record_past() -> Iterator[None]:
    """Let rows of an old register be born in the state they already have; ``born_past`` writes their history."""
    with open_door("record_past"):
        yield


@contextmanager
def retention() -> Iterator[None]:
    """Let go what has been kept long enough; of a log row the digest stays."""
    with open_door("retention"):
        yield


@contextmanager
def erasure() -> Iterator[None]:
    """Empty what the logs say of somebody; no record and no log row goes. Of a log row the digest stays."""
    with open_door("erasure"):
        yield
