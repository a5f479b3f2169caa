"""What a file that somebody sends is, by its content alone, and what of it is kept. Its name and type say nothing.

A photo is kept without what the camera wrote beside it: the place where it was taken can be the home of a person whose
address nobody may know. The picture itself is not touched; which way up it is stays.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from rules.errors import BadInput
from rules.wording import N_

LARGEST = 8 * 1024 * 1024
"""Bytes of one file; a phone's photo has two to five million."""

PDF_HEAD, PDF_END = b"%PDF-", b"%%EOF"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"sBIT", b"pHYs",
                      b"bKGD"))
JPEG_HEAD = b"\xff\xd8\xff"
START_OF_SCAN, END, EXIF, COMMENT, ADOBE = 0xDA, 0xD9, 0xE1, 0xFE, 0xEE
APPLICATION = range(0xE0, 0xF0)
ADOBE_SIZE = 16
ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
"""JPEG markers without a length."""
ORIENTATION = 0x0112
ZIP_END, ZIP_TAIL = b"PK\x05\x06", 65_557
"""What a zip archive ends with, and how far from the end of the file it may stand."""
UNKNOWN = N_("Send a PDF, or a photo as JPEG or PNG. This file is something else.")
DAMAGED = N_("This file is damaged or ends too early. Take the photo or make the file again.")


@dataclass(frozen=True)
class Kept:
    """The bytes to keep, with their content type and the ending that their name has."""

    data: bytes
    content_type: str
    ending: str


def kept(data: bytes, field: str = "file") -> Kept:
    """What is kept of a receipt; BadInput naming ``field`` when it is empty, too large, or no PDF, JPEG or PNG."""
    if not data:
        raise BadInput(N_("The file is empty."), field=field)
    if len(data) > LARGEST:
        raise BadInput(N_("A file may be %(most)s MB at most; this has %(size)s."), field=field,
                       most=str(LARGEST // 2**20), size=str(-(-len(data) // 2**20)))
    try:
        if data.startswith(PDF_HEAD):
            return Kept(_pdf(data, field), "application/pdf", "pdf")
        if data.startswith(PNG_HEAD):
            return Kept(PNG_HEAD + b"".join(_png_chunks(data)), "image/png", "png")
        if data.startswith(JPEG_HEAD):
            return Kept(b"\xff\xd8" + b"".join(_jpeg_parts(data)), "image/jpeg", "jpg")
    except (ValueError, struct.error, IndexError) as broken:
        raise BadInput(DAMAGED, field=field) from broken
    raise BadInput(UNKNOWN, field=field)


def _pdf(data: bytes, field: str) -> bytes:
    """The whole file: a PDF with something else behind its end, or that opens as an archive too, is not taken."""
    if PDF_END not in data[-1024:]:
        raise ValueError("no end")
    if ZIP_END in data[-ZIP_TAIL:]:
        raise BadInput(UNKNOWN, field=field)
    return data


def _png_chunks(data: bytes) -> Iterator[bytes]:
    """The chunks that make the picture, up to its end; ValueError when it has no beginning or end."""
    at, kind = len(PNG_HEAD), b""
    while kind != b"IEND":
        (length,) = struct.unpack_from(">I", data, at)
        chunk = data[at:at + 12 + length]
        if len(chunk) < 12 + length or (not kind and chunk[4:8] != b"IHDR"):
            raise ValueError("a chunk is missing")
        kind, at = chunk[4:8], at + len(chunk)
        if kind in PNG_KEPT:
            yield chunk


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    """The segments that make the picture, up to its end, after the way up that the camera noted."""
    at, scanned = 2, False
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == 0xFF:  # one may be filled up with any number of them
            at += 1
            continue
        if marker == END:
            if not scanned:
                raise ValueError("no picture")
            yield b"\xff\xd9"
            return
        size = 2 if marker in ALONE else 2 + struct.unpack_from(">H", data, at + 2)[0]
        end = at + size
        if marker == START_OF_SCAN:
            end, scanned = _end_of_scan(data, end), True
        if end > len(data):
            raise ValueError("a segment is missing")
        yield _of_picture(marker, data[at:end])
        at = end


def _of_picture(marker: int, segment: bytes) -> bytes:
    """``segment`` when the picture needs it; of what the camera wrote, the way up."""
    if marker == EXIF:
        return _way_up(segment)
    if marker == ADOBE and segment[4:9] == b"Adobe" and len(segment) == ADOBE_SIZE:
        return segment  # without it the colours of some pictures are wrong
    if marker == COMMENT or marker in APPLICATION:
        return b""
    return segment


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands after the coded lines of the picture."""
    while True:
        at = data.index(b"\xff", at)
        following = data[at + 1]
        if following != 0 and following not in ALONE:
            return at
        at += 2


def _way_up(segment: bytes) -> bytes:
    """An Exif segment that says nothing but the orientation; nothing, where the given one does not say it."""
    body = segment[4:]
    if not body.startswith(b"Exif\x00\x00"):
        return b""
    tiff = body[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return b""
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for place in range(count):
        tag, _kind, _number, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * place)
        if tag == ORIENTATION and 1 < value <= 8:
            made = b"Exif\x00\x00MM\x00\x2a" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, value, 0, 0)
            return b"\xff\xe1" + struct.pack(">H", len(made) + 2) + made
    return b""
