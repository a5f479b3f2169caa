"""What makes work on thousands of records at once bearable for the machine. Knows no record."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def searching_no_garbage() -> Iterator[None]:
    """Inside, Python does not go through all that is in memory looking for circles of garbage, again and again.

    With hundreds of thousands of values at hand that takes a third of the time and finds nothing. What no circle holds
    is let go as ever; of two that overlap, the search begins anew with the first to end.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
