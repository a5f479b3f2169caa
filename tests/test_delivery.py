"""How answers travel: compressed, static files kept for a year under an address of their content, pages never kept."""

import gzip

import pytest
from lxml import html

from delivery import version_of

ZIPPED = {"Accept-Encoding": "gzip"}


def kept_files(client):
    page = html.fromstring(client.get("/login").text)
    return [*page.xpath("//link[@rel='stylesheet']/@href"), *page.xpath("//script/@src")]


def test_static_files_of_a_page_are_kept_for_a_year_under_their_version(client):
    answers = {address: client.get(address) for address in kept_files(client)}

    assert len(answers) >= 3
    assert {answer.headers["Cache-Control"] for answer in answers.values()} == {
        "public, max-age=31536000, immutable"}
    assert all("?v=" in address for address in answers)


def test_static_file_without_its_version_is_asked_again(client):
    answer = client.get("/static/kokemussilta.css")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


def test_version_changes_with_the_content(tmp_path):
    first, second, absent = tmp_path / "a.css", tmp_path / "b.css", tmp_path / "c.css"
    first.write_text("a")
    second.write_text("b")

    assert version_of(first) != version_of(second)
    assert version_of(absent) is None


@pytest.mark.parametrize("address", ["/static/kokemussilta.css", "/admin/"])
def test_answers_are_compressed_for_whoever_takes_it(login, address):
    client = login("coordinator")

    plain, zipped = client.get(address, headers={"Accept-Encoding": "identity"}), client.get(address, headers=ZIPPED)

    assert (plain.headers.get("Content-Encoding"), zipped.headers["Content-Encoding"]) == (None, "gzip")
    assert len(zipped.data) < len(plain.data) / 2
    assert len(gzip.decompress(zipped.data)) == pytest.approx(len(plain.data), abs=200)  # token and nonce differ


def test_pages_are_never_kept_and_their_length_says_nothing(login):
    client = login("coordinator")

    answers = [client.get("/admin/") for _ in range(20)]

    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert len({len(answer.headers["X-Noise"]) for answer in answers}) > 3


def test_a_sign_in_page_can_be_asked_for_its_headers(client):
    assert client.head("/login").status_code == 200
