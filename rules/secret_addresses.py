"""Addresses that are keys: whoever has one opens a page by it, so a log line tells which page it was and no more."""

import re

PAGES = ("answer", "for-another", "order/confirm", "how-it-went", "how-did-it-go", "briefing", "order-briefing",
         "set-up", "calendar", "check")
"""What stands before the secret part."""

SECRET = re.compile(rf"(/(?:{'|'.join(PAGES)})/)[^\s/?#\"']+")


def without_secrets(line: str) -> str:
    """``line`` with "…" in the place of each secret part of an address."""
    return SECRET.sub(r"\1…", line)
