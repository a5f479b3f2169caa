"""A bank's XML as a stream of elements: no entities, no network, limited, in little memory."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any, BinaryIO

from lxml import etree

from models.numbers import mask_iban
from rules.errors import BadInput
from rules.wording import N_

LARGEST_FILE = 200 * 1024 * 1024
HEAD = 64 * 1024
"""Bytes in which the kind of a message must be told: declaration, Document and its first element."""

LONGEST_WORDS = 300

_ACCOUNT = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")


class Limited:
    """A file that is read once, of at most ``most`` bytes; BadInput when there is more. ``head`` can be looked at."""

    def __init__(self, source: BinaryIO, most: int = LARGEST_FILE) -> None:
        self._source, self._left = source, most
        self.head = b""
        while len(self.head) < HEAD and (more := self._taken(HEAD - len(self.head))):
            self.head += more
        self._ahead = BytesIO(self.head)

    def read(self, size: int = -1) -> bytes:
        return self._ahead.read(size) or self._taken(size)

    def _taken(self, size: int) -> bytes:
        data = self._source.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise BadInput(N_("The file is larger than a bank's answer can be."), field="file")
        return data


def message_name(head: bytes) -> str:
    """The name of the message in ``Document`` ("BkToCstmrStmt"), from the beginning of a file.

    BadInput when it is not such XML, or brings definitions of its own (DOCTYPE): a bank's never does.
    """
    try:
        names = _first_names(head)
    except etree.XMLSyntaxError as error:
        # Definitions that grow beyond measure are refused by the parser itself.
        raise _definitions() if b"<!DOCTYPE" in head else _damaged(error) from None
    if len(names) < 2 or names[0] != "Document":
        raise BadInput(N_("This is no message of a bank (ISO 20022)."), field="file")
    return names[1]


def _first_names(head: bytes) -> list[str]:
    """The names of the first two elements, fewer when there are no two."""
    parser, names = etree.XMLPullParser(("start",), **SAFE), list[str]()
    parser.feed(head)
    for _, element in parser.read_events():
        _refuse_definitions(element)
        names.append(etree.QName(element).localname)
        if len(names) == 2:
            return names
    if len(head) < HEAD:
        parser.close()  # tells when the file ended too early
    return names


def elements(source: Limited, *names: str) -> Iterator[tuple[str, Any]]:
    """Each element of these local names when it is complete, in any namespace or none; forgotten afterwards.

    What stands before an element in its parents can still be read from it. BadInput when the file ends too early
    or is damaged; what was given before that is then not to be used.
    """
    try:
        for _, element in etree.iterparse(source, tag=[f"{{*}}{name}" for name in names], **SAFE):
            _refuse_definitions(element)
            yield etree.QName(element).localname, element
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise _damaged(error) from None


def text(element: Any, *path: str) -> str:
    """The text at ``path``, without spaces around; "" when there is none."""
    return str(element.findtext("/".join(f"{{*}}{name}" for name in path)) or "").strip()


def day(written: str) -> date | None:
    """The date of an ISO date or instant as the bank wrote it, None without one. BadInput when it is no date."""
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        raise BadInput(N_("“%(written)s” in the file is no date."), field="file", written=written[:40]) from None


def money(written: str) -> Decimal | None:
    """An amount as written; None when there is none. BadInput when it is no number."""
    try:
        amount = Decimal(written) if written else None
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount is not None and not amount.is_finite():
        raise BadInput(N_("“%(written)s” in the file is no amount."), field="file", written=written[:40])
    return amount


def bank_words(written: str) -> str:
    """What a bank wrote for people, on one line, with account numbers masked."""
    return _ACCOUNT.sub(lambda found: mask_iban(found[0]), " ".join(written.split()))[:LONGEST_WORDS]


SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_comments": True,
    "remove_pis": True,
}


def _refuse_definitions(element: Any) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise _definitions()


def _definitions() -> BadInput:
    return BadInput(N_("The file brings definitions of its own (DOCTYPE): a bank's file never does."), field="file")


def _damaged(error: etree.XMLSyntaxError) -> BadInput:
    return BadInput(N_("The file is damaged or ends too early, at line %(line)s. Fetch it from the bank again."),
                    field="file", line=error.lineno or 1)


def _forget(element: Any) -> None:
    """Empty what was read, and take away the empty one before it; lxml forbids to take away the element itself."""
    element.clear()
    before = element.getprevious()
    if before is not None and before.tag == element.tag:
        element.getparent().remove(before)
