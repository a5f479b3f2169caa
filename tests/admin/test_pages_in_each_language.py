"""Every page that links lead to, read in each language: no English text is left where there is a translation."""

import re
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import sqlalchemy as sa
from lxml import html

from models import ExportProfile, Person, Theme, db
from rules.states import AssignmentStatus, OrderStatus
from tests.admin.filling import PARSER
from tests.conftest import Client
from tests.database import SETTINGS
from tests.languages import LANGUAGES, compile_into, forms, read_language
from tests.people import make_expert, make_user
from tests.report_world import held_order, paid_claim, taking_part
from tests.two_sides import DAY, two_sides

READERS = {"fi": ("coordinator", "finance"), "sv": ("coordinator", "finance"), "en": ("finance",)}
KINDS = {"/admin/", "/admin/report/", "/admin/order/", "/admin/order/new/", "/admin/order/details/", "/admin/order/edit/",
         "/admin/order/match/", "/admin/paymentbatch/details/",
         "/admin/paymentbatch/verb/submit/"}
"""Pages that the walk must have read; that it finds the others by itself is its point."""

SAME_WORDS = {"from", "url", "sort", "queue"}
READ_ALOUD = ("aria-label", "placeholder", "title", "alt", "data-confirm", "data-refusal", "data-nothing", "data-all")
OF_THE_PAGE = "not(ancestor-or-self::*[@lang][1][not(self::html)])"
NOT_PAGES = re.compile(r"/export/|/file/|/lookup/|/static/|\.ics|/sign-out|/logout")
DATA = re.compile(r"zz[ab]\d{3}zz|\d|@|://|^sha256 ")
PLACE = re.compile(r"%\(\w+\)[a-z]|%%")


def build_world():
    """Two records of every type, an order whose experts are being looked for, a paid claim; data is never English."""
    for shipped in db.session.scalars(sa.select(ExportProfile)):  # their Finnish names are data in every language
        db.session.delete(shipped)
    two_sides()
    theme = Theme(name="avohuolto")
    wanted = held_order(DAY, status=OrderStatus.SEARCHING)
    wanted.themes = [theme]
    taking_part(wanted, make_expert(), AssignmentStatus.ASKED)
    make_expert(themes=[theme])
    paid_claim(DAY, {"fee": "75.00", "kilometres": "11.00"})
    db.session.commit()


def walk(app, language):
    """The texts of every page, each with an address where it was read, and the addresses."""
    texts, seen = {}, set()
    for role in READERS[language]:
        user = make_user(role, language=language, name="Aino", person=Person(name="Aino"))
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(_user_id=user.get_id(), _fresh=True, second_factor=True)
        for address, page in pages_of(client):
            seen.add(urlsplit(address).path)
            for text in texts_of(page):
                texts.setdefault(text, address)
    return texts, seen


def pages_of(client):
    """Follow the links from the first screen: each address once for every set of arguments it takes.

    A form is also read as it stands after it was sent empty, where that is refused.
    """
    waiting, met = ["/admin/"], set()
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        page = html.fromstring(answer.text, parser=PARSER)
        yield address, page
        if urlsplit(address).path.endswith("/new/"):
            yield address, html.fromstring(refused(client, address, page), parser=PARSER)
        for link in page.xpath("//a/@href"):
            target = urljoin(address, link.split("#")[0])
            if target.startswith("/") and not NOT_PAGES.search(target) and kind_of(target) not in met:
                met.add(kind_of(target))
                waiting.append(target)


def kind_of(address):
    """Addresses of one kind give the same words: which rows, where from and in what order make no difference."""
    parts = urlsplit(address)
    return parts.path, "" if parts.path.endswith("/new/") else frozenset(parse_qs(parts.query)) - SAME_WORDS


def refused(client, address, page):
    """The page that answers the form at ``address`` with every field left empty."""
    kept = {name: page.xpath(f"string(//main//input[@name='{name}']/@value)") for name in ("csrf_token", "form_key")}
    return client.post(address, data=kept).text


def texts_of(page):
    """What a person reads or hears on the page, piece by piece, without the punctuation around it."""
    found = page.xpath(f"//title/text() | //body//text()[not(ancestor::script or ancestor::style or ancestor::kbd)][{OF_THE_PAGE}]")
    found += [value for name in READ_ALOUD for value in page.xpath(f"//*[{OF_THE_PAGE}]/@{name}")]
    pieces = (" ".join(text.split()).removesuffix(" – Kokemussilta").strip(" +:;.,·–→←↑↓×✓()/▾☰") for text in found)
    return {piece for piece in pieces if piece}


def left_in_english(texts, catalogue):
    """English messages among ``texts`` that the language has other words for, each with where it stands.

    A message of one word is found as a whole piece of text, a longer one anywhere in it.
    """
    own = "\n".join(form.casefold() for message in catalogue if message.id for form in forms(message.string))
    whole = {text.casefold(): address for text, address in texts.items()}
    everything = "\n".join(whole)
    found = {}
    for words in phrases(catalogue):
        if " " not in words:
            hit = words if words in whole and words not in own else ""
        else:
            near = words in everything and words not in own and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", everything)
            hit = next(text for text in whole if words in text) if near else ""
        if hit:
            found[words] = whole[hit]
    return found


def phrases(catalogue):
    """The messages without their places, as pages may have them: small and capital letters are alike."""
    for message in catalogue:
        for form in forms(message.id) if message.id else ():
            longest = max(PLACE.split(form), key=len).strip(" .:,;…").casefold()
            if len(longest) > 2:
                yield longest


@pytest.fixture(scope="module")
def walks(databases, tmp_path_factory):
    """Language to the texts of its pages and their addresses."""
    from app import create_app

    compiled = compile_into(tmp_path_factory.mktemp("translations"))
    app = create_app(**SETTINGS, SQLALCHEMY_DATABASE_URI=databases("sqlite").fresh(),
                     BABEL_TRANSLATION_DIRECTORIES=str(compiled))
    app.test_client_class = Client
    with app.app_context():
        build_world()
        found = {language: walk(app, language) for language in READERS}
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_walk_reads_each_kind_of_page(walks, language):
    _, seen = walks[language]

    assert KINDS - seen == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_left_in_english(walks, language):
    texts, _ = walks[language]

    assert left_in_english(texts, read_language(language)) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_english_pages_are_found_to_be_english(walks, language):
    texts, _ = walks["en"]

    assert len(left_in_english(texts, read_language(language))) > 150


def test_no_sentence_is_the_same_in_finnish_and_swedish(walks):
    finnish, swedish = (set(walks[language][0]) for language in LANGUAGES)

    same = {text for text in finnish & swedish if " " in text and not DATA.search(text)}

    assert same == set()
