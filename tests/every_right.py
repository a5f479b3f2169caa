"""A table of rights in which the administrator may do everything, for taking one right away at a time."""

import pytest

from rules.permissions import MATRIX, Role

PAGE_VERBS = {"create": "new/", "export": "export/csv/", "delete": "delete/"}
"""Verbs with a page of their own in every generated console."""


@pytest.fixture
def everything(monkeypatch):
    """Whoever is an administrator may do everything; ``without(model, what)`` takes one cell away."""
    for key in list(MATRIX):
        monkeypatch.setitem(MATRIX, key, {Role.ADMIN: "x" if key[1].endswith("()") else "rw"})

    def without(model, what, left="-"):
        monkeypatch.setitem(MATRIX, (model, what), {Role.ADMIN: left})

    return without
