"""E-mail addresses: whether one can be written to. Knows no mail server."""

import re

LONGEST = 120
ADDRESS = re.compile(
    r"[A-Za-z0-9._%+'\-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9\-]{1,62}")


def is_address(text: str) -> bool:
    """Whether ``text`` is one plain address, and nothing that could become a second recipient or header."""
    local = text.partition("@")[0]
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    return len(text) <= LONGEST and bool(ADDRESS.fullmatch(text)) and not dots
