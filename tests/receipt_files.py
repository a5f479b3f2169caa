"""Small receipts for tests: a PDF, a JPEG and a PNG, plain or with what a camera writes beside the picture."""

import struct
import zlib

PDF = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
       b"trailer<</Root 1 0 R>>\n%%EOF\n")


def _segment(marker, body):
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*beside, filling=20):
    """A JPEG with (marker, bytes) segments beside the picture, and ``filling`` bytes of coded lines."""
    frame = _segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
    tables = _segment(0xDB, b"\x00" + bytes(range(1, 65))) + _segment(0xC4, b"\x00" + bytes(16))
    scan = _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x55" * filling + b"\xff\x00\xff\xd0\x12"
    return b"\xff\xd8" + b"".join(_segment(*one) for one in beside) + tables + frame + scan + b"\xff\xd9"


def exif(way_up, place, order="<"):
    """An Exif segment that says the way up, and a place in its bytes."""
    mark = b"II" if order == "<" else b"MM"
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, way_up, 0)
    directory = struct.pack(f"{order}H", 1) + entries + struct.pack(f"{order}I", 0)
    return 0xE1, b"Exif\x00\x00" + mark + struct.pack(f"{order}HI", 42, 8) + directory + place


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*beside):
    """A PNG of one pixel with (kind, bytes) chunks beside the picture."""
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
            + b"".join(_chunk(*one) for one in beside) + _chunk(b"IDAT", zlib.compress(b"\x00\xff\xff\xff"))
            + _chunk(b"IEND", b""))


JPEG, PNG = jpeg(), png()
