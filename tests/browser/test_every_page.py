"""Every generated page as coordinator, and each kind of page as each role. ``make axe-all`` looks at all of them closely."""

from datetime import datetime
from functools import partial

import pytest
import sqlalchemy as sa

from admin_views.generate import consoled
from admin_views.words import ZONE
from models import db
from rules.permissions import Role
from services import verbs
from tests.browser.test_pages import NARROW, WIDE, send, violations
from tests.rights_walk import has, may, opens, sees
from tests.two_sides import actor_of, two_sides

pytestmark = pytest.mark.browser

PHONE = 360
SAMPLES = ((WIDE, "light"), (NARROW, "dark"))
PAGES = {"read": ("", "details/?id={}"), "create": ("new/",), "edit": ("edit/?id={}",)}
EVERYWHERE = ("", "calendar/", "board/", "find/?q=zz")


@pytest.fixture
def world(app):
    return two_sides()


def at(model, rest=""):
    return f"/admin/{model.__name__.lower()}/{rest}"


def scrolls_sideways(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def look(page, sample):
    """What is wrong with the page as it stands, in one of the two samples of width and colours, and on a phone."""
    width, scheme = SAMPLES[sample % 2]
    page.set_viewport_size({"width": PHONE, "height": 900})
    found = ["scrolls sideways"] if scrolls_sideways(page) else []
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight") + 200})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return found + violations(page)


@pytest.mark.parametrize("kind", list(PAGES))
def test_every_generated_page_of_the_coordinator_opens_and_fits_a_phone(kind, world, login, open_page):
    own, _ = world
    page = open_page(login(user=actor_of(Role.COORDINATOR, own)), viewport={"width": PHONE, "height": 800})
    wrong, opened = [], 0

    for model in consoled():
        if not (opens(Role.COORDINATOR, model.__name__) and may(Role.COORDINATOR, model.__name__, kind)):
            continue
        for rest in PAGES[kind]:
            address = at(model, rest.format(own[model.__name__].id))
            code = page.goto(address).status
            opened += 1
            if code != 200 or page.locator("h1").count() != 1 or scrolls_sideways(page):
                wrong.append((address, code))

    assert wrong == []
    assert opened > 10


def pages_of(role, own, page):
    """The kinds of page that ``role`` has, as (name, how to come there)."""
    for address in EVERYWHERE:
        yield address, partial(page.goto, f"/admin/{address}")
    mine = [model for model in consoled() if opens(role, model.__name__) and sees(role, model.__name__, own)]
    if mine:
        yield "list", lambda: page.goto(at(mine[0]))
        yield "filtered list", lambda: page.goto(at(mine[0], "?q=zz&panel=1"))
        yield "detail", lambda: page.goto(at(mine[0], f"details/?id={own[mine[0].__name__].id}"))
    if made := [model for model in mine if may(role, model.__name__, "create")]:
        yield "form", lambda: page.goto(at(made[0], "new/"))
        yield "form with errors", lambda: sent_empty(page, made[0])
    edited = (model for model in mine if may(role, model.__name__, "edit") and _edits(page, model, own))
    if (model := next(edited, None)) is not None:
        yield "stale page", partial(sent_stale, page, model, own)
    yield from _verb_pages(role, mine, own, page)


def _edits(page, model, own):
    return page.request.get(at(model, f"edit/?id={own[model.__name__].id}")).ok


def _verb_pages(role, mine, own, page):
    """The form of the first action that the role may take on a row as it stands."""
    ready = [(model, name) for model in mine for name in verbs.names(model)
             if has(role, "x", model.__name__, f"{name}()")
             and verbs.find(model, name).possible(own[model.__name__], datetime.now(ZONE).date())]
    for model, name in ready[:1]:
        yield "action", partial(page.goto, at(model, f"verb/{name}/?id={own[model.__name__].id}"))


def sent_empty(page, model):
    page.goto(at(model, "new/"))
    page.evaluate("document.querySelector('main form[method=post]').noValidate = true")
    send(page)


def sent_stale(page, model, own):
    """The form of a record that somebody else saves meanwhile."""
    number = own[model.__name__].id
    page.goto(at(model, f"edit/?id={number}"))
    db.session.rollback()  # SQLite lets nobody write who has begun by reading
    db.session.execute(sa.text(f'UPDATE "{model.__tablename__}" SET version = version + 1 WHERE id = {number}'))
    db.session.commit()
    page.evaluate("document.querySelector('main form[method=post]').noValidate = true")
    send(page)


@pytest.mark.parametrize("role", list(Role))
def test_each_kind_of_page_is_clean(role, world, login, open_page):
    own, _ = world
    page = open_page(login(user=actor_of(role, own)))
    wrong, kinds = {}, []

    for place, (kind, come) in enumerate(pages_of(role, own, page)):
        come()
        kinds.append(kind)
        if found := look(page, place + list(Role).index(role)):
            wrong[kind] = found

    assert wrong == {}
    assert {"list", "filtered list", "detail"} <= set(kinds)
