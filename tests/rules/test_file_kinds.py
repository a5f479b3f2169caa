"""What a file is by its content, and what of it is kept: the picture, not where and with what it was taken."""

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import BadInput
from rules.file_kinds import LARGEST, kept
from tests.receipt_files import JPEG, PDF, PNG, exif, jpeg, png

HOME = b"62.2415N 25.7209E"


def zipped():
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "a")
    return made.getvalue()


def orientation_of(data):
    """The way up that the picture says, read from its only Exif segment; None without one."""
    at = data.find(b"Exif\x00\x00")
    return None if at < 0 else struct.unpack_from(">H", data, at + 6 + 8 + 2 + 8)[0]


def refusal(data):
    with pytest.raises(BadInput) as refused:
        kept(data, "receipts")
    return refused.value


@pytest.mark.parametrize(("data", "content_type", "ending"), [
    (PDF, "application/pdf", "pdf"), (JPEG, "image/jpeg", "jpg"), (PNG, "image/png", "png")])
def test_pdf_jpeg_and_png_are_kept_under_the_type_of_their_content(data, content_type, ending):
    found = kept(data)

    assert (found.data, found.content_type, found.ending) == (data, content_type, ending)


@pytest.mark.parametrize("data", [
    b"<html><script>alert(1)</script>", b'<svg xmlns="http://www.w3.org/2000/svg"/>', b'<?xml version="1.0"?><svg/>',
    zipped(), b"GIF89a" + b"\x00" * 50, b"MZ" + b"\x00" * 50, b"plain words", b"<html>" + PDF, b"\n" + PDF])
def test_anything_else_is_refused_with_what_may_be_sent(data):
    error = refusal(data)

    assert (error.field, str(error)) == ("receipts", "Send a PDF, or a photo as JPEG or PNG. This file is something else.")


def test_archive_that_is_a_pdf_too_is_refused_and_the_pdf_alone_is_taken():
    assert str(refusal(PDF[:-6] + zipped() + PDF[-6:])).startswith("Send a PDF")
    assert kept(PDF).data == PDF


@pytest.mark.parametrize("data", [PDF[:-6], PDF + b"x" * 2000, JPEG[:-2], JPEG[:30], PNG[:-12], PNG[:20], JPEG[:3], PNG[:8]])
def test_file_that_ends_too_early_is_refused(data):
    assert str(refusal(data)) == "This file is damaged or ends too early. Take the photo or make the file again."


def test_empty_file_is_refused_and_so_is_one_byte_too_many():
    whole = jpeg(filling=LARGEST - len(jpeg(filling=0)))

    assert str(refusal(b"")) == "The file is empty."
    assert len(kept(whole).data) == LARGEST
    assert str(refusal(whole + b"\x00")) == "A file may be 8 MB at most; this has 9."


@pytest.mark.parametrize("picture", [JPEG, PNG])
def test_what_stands_behind_the_end_of_a_picture_is_not_kept(picture):
    assert kept(picture + zipped() + b"<script>").data == picture


def test_photo_is_kept_without_place_camera_and_comment_and_the_right_way_up():
    taken = jpeg(exif(6, HOME), (0xFE, HOME), (0xED, HOME), (0xE2, HOME))

    found = kept(taken).data

    assert (HOME in taken, HOME in found, orientation_of(found)) == (True, False, 6)
    assert kept(found).data == found


@pytest.mark.parametrize(("way_up", "said"), [(1, None), (8, 8), (0, None), (9, None)])
def test_way_up_is_said_only_where_it_is_another_than_upright(way_up, said):
    assert orientation_of(kept(jpeg(exif(way_up, HOME))).data) == said


def test_picture_is_the_same_with_and_without_what_was_beside_it():
    assert kept(jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + HOME))).data == JPEG
    assert kept(png((b"tEXt", HOME), (b"eXIf", HOME), (b"iTXt", HOME))).data == PNG


@given(st.binary(max_size=400))
def test_no_bytes_behind_a_beginning_break_it(tail):
    for head in (b"", JPEG[:2], JPEG[:40], PNG[:8], PNG[:33], PDF[:20]):
        try:
            found = kept(head + tail)
        except BadInput:
            continue
        assert len(found.data) <= len(head + tail) + 40


@given(st.integers(0, 400), st.binary(min_size=1, max_size=60))
def test_what_is_kept_of_a_picture_has_no_chunk_but_its_own(place, noise):
    chunk = struct.pack(">I", len(noise)) + b"teXt" + noise + struct.pack(">I", zlib.crc32(b"teXt" + noise))
    at = 8 + 25 if place % 2 else len(PNG) - 12

    assert kept(PNG[:at] + chunk + PNG[at:]).data == PNG
