"""The receipts of a demo: small files made here, of what was bought and what it cost."""

import struct
import zlib
from datetime import date
from decimal import Decimal

from jobs.demo_world import World
from models import Invoice, Receipt
from rules.money import amount_text


def add_receipt(world: World, claim: Invoice, day: date, what: str, amount: Decimal) -> None:
    """A PDF for most, for some the photo of a slip."""
    photo = claim.id % 3 == 0
    data = picture() if photo else paper(f"{what} {day:%-d.%-m.%Y}", f"{amount_text(amount)} EUR")
    ending, kind = ("png", "image/png") if photo else ("pdf", "application/pdf")
    world.book.add(Receipt, day, invoice_id=claim.id, name=f"{claim.number}-1.{ending}", content_type=kind,
                   **Receipt.columns_of(data))


def paper(*lines: str) -> bytes:
    """A PDF of one small page with ``lines`` on it, in letters of Latin 1."""
    shown = "".join(f"({line}) Tj 0 -18 Td " for line in lines)
    text = f"BT /F1 12 Tf 20 170 Td {shown}ET".encode("latin-1")
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 240 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
             b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
             b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table, len(made))


def picture(wide: int = 120, high: int = 200) -> bytes:
    """A PNG of a grey slip with darker lines, as a bad photo has them."""
    rows = b"".join(b"\x00" + (b"\xee" * 12 + b"\x77" * (wide - 24) + b"\xee" * 12 if place % 16 == 8
                               else b"\xee" * wide) for place in range(high))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
