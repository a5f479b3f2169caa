"""The application: configuration, extensions, addresses, commands, error pages. Nothing else."""

import logging
import os
import secrets
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, flash, g, redirect, render_template, request, session, url_for
from flask_admin import Admin
from flask_admin.theme import Theme
from flask_babel import Babel, gettext
from flask_bootstrap import Bootstrap5
from flask_login import AnonymousUserMixin, LoginManager, current_user
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

import admin_views.own  # noqa: F401 - the views register themselves
import services.register  # noqa: F401 - the verbs register themselves
from admin_views import drafts, generate, words
from admin_views.actor import NOBODY, current_actor, forget_actor
from admin_views.board import BoardView
from admin_views.calendar import CalendarView
from admin_views.doors import kept_fields, sent_from_here, to_sign_in
from admin_views.home import HomeView, beside_today, menu
from admin_views.palette import PaletteView
from admin_views.plots import PlotView
from admin_views.reading_review import ReadingReviewView
from admin_views.reports import ReportView
from commands import add_commands
from delivery import STATIC, add_delivery
from exports.batch_generation import TRANSLATE
from models import User, db
from models.encryption import KEYRING
from models.engine import WRITING, prepare_engine
from portal import (
    answers,
    briefing,
    feed,
    feedback,
    order_form,
    own_account,
    second_factor,
    sessions,
    set_up,
    sign_in,
    statement,
    throttle,
    training_check,
    way_in,
)
from rules.choices import Language
from rules.permissions import GROUPS
from services import payees
from services.spoken import SAY

log = logging.getLogger(__name__)
MEGABYTE = 1024 * 1024
KEPT = STATIC | {"feed.calendar"}
"""What a browser or a phone may keep a copy of."""

BY_LINK = frozenset({"set_up.page", "answers.answer", "answers.for_another", "order_form.confirm",
                     "how_it_went.of_expert", "how_it_went.of_orderer", "training_check.page", "briefing.of_expert",
                     "briefing.of_orderer", "feed.calendar"})
"""Pages that a secret address opens."""

CSP = ("default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
       "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
           "Permissions-Policy": "camera=(), microphone=(), geolocation=()"}
BY_LINK_HEADERS = {"Referrer-Policy": "strict-origin"}
"""A secret address goes along with no request, not even one to this site: the CSRF check needs the origin alone."""

TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
"""In production: for a year a browser that has been here comes by TLS alone."""


def settings() -> dict[str, Any]:
    """Configuration from the environment; in production a missing secret stops the start with a sentence."""
    production, demo = os.environ.get("APP_ENV") == "production", os.environ.get("DEMO") == "1"
    missing = [name for name in ("DATABASE_URL", "SECRET_KEY", "FIELD_KEYS") if not os.environ.get(name)]
    if production and missing:
        raise SystemExit(f"Kokemussilta does not start: set {', '.join(missing)} in the environment.")
    instance = Path(__file__).parent / "instance"
    return {
        "SQLALCHEMY_DATABASE_URI": os.environ.get("DATABASE_URL") or f"sqlite:///{instance / 'kokemussilta.sqlite'}",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets.token_urlsafe(32),
        "FIELD_KEYS": os.environ.get("FIELD_KEYS", ""),
        "SESSION_COOKIE_SECURE": production, "DEMO": demo,
        "SECOND_FACTOR": not demo or os.environ.get("DEMO_SECOND_FACTOR") == "1",
        "IDLE_MINUTES": int(os.environ.get("IDLE_MINUTES") or 60), "REDIS_URL": os.environ.get("REDIS_URL", ""),
        "SMTP_URL": os.environ.get("SMTP_URL", ""), "MAIL_FROM": os.environ.get("MAIL_FROM", ""),
        "BASE_URL": os.environ.get("BASE_URL", ""), "CONTROLLER": os.environ.get("CONTROLLER", ""),
        "TRUSTED_PROXIES": int(os.environ.get("TRUSTED_PROXIES") or 0),
    }


def create_app(**config: Any) -> Flask:
    """The application; ``config`` overrides what the environment says."""
    app = Flask(__name__)
    app.config.from_mapping(
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True}, SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax", PERMANENT_SESSION_LIFETIME=8 * 3600, WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=32 * MEGABYTE, MAX_FORM_MEMORY_SIZE=24 * MEGABYTE, MAX_FORM_PARTS=2000,
        BABEL_DEFAULT_LOCALE="fi", BOOTSTRAP_SERVE_LOCAL=True, **settings())
    app.config.from_mapping(config)
    if proxies := app.config["TRUSTED_PROXIES"]:  # else anybody could say that they come from anywhere
        behind = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        app.wsgi_app = behind  # type: ignore[method-assign]  # Flask's own way to wrap it
    KEYRING.configure(_field_keys(app))
    payees.SETTINGS.allow_temporary = app.config["DEMO"] or app.testing
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    Migrate(app, db, render_as_batch=True)
    Babel(app, locale_selector=words.choose_language, default_domain="messages",
          default_translation_directories=str(Path(__file__).parent / "translations"))
    Bootstrap5(app)
    add_delivery(app)
    _add_sign_in(app)
    _add_console(app)
    _add_manners(app)
    CSRFProtect(app)  # after the manners, so that its refusals have them too
    add_commands(app)
    return app


def _field_keys(app: Flask) -> list[str]:
    """The keys that seal columns. Without any, a key of this process: sealed values are lost when it ends."""
    keys = [key for key in app.config["FIELD_KEYS"].split(",") if key]
    if not keys:
        log.warning("FIELD_KEYS is not set: sealed values will not open after a restart")
        keys = ["A" * 43 + "="] if app.testing else [secrets.token_urlsafe(32) + "="]
    return keys


def _add_sign_in(app: Flask) -> None:
    manager = LoginManager(app)

    @manager.user_loader
    def load(name: str) -> User | None:
        return sessions.account_of(name) if sessions.keep_open() else None

    throttle.add_throttle(app)
    for pages in (answers, briefing, feedback, order_form, sign_in, second_factor, own_account, set_up, feed, statement,
                  training_check):
        app.register_blueprint(pages.blueprint)


def _add_console(app: Flask) -> None:
    admin = Admin(app, name="Kokemussilta", index_view=HomeView(name="Kokemussilta", url="/admin"),
                  theme=Theme(folder="console", base_template="base.html"))
    generate.add_views(admin)
    admin.add_view(ReportView(name="Reports", endpoint="report", url="report"))
    admin.add_view(PaletteView(name="Find", endpoint="find", url="find"))
    admin.add_view(PlotView(name="Figures", endpoint="plot", url="plot"))
    admin.add_view(ReadingReviewView(name="Review", endpoint="review", url="review"))
    admin.add_view(CalendarView(name="Calendar", endpoint="calendar", url="calendar"))
    admin.add_view(BoardView(name="Board", endpoint="board", url="board"))
    app.register_blueprint(drafts.blueprint)


def _add_manners(app: Flask) -> None:
    """What holds for every request: writing transactions, headers, error pages, words in templates."""

    @app.before_request
    def begin() -> None:
        g.nonce = secrets.token_urlsafe(16)
        if request.endpoint in STATIC:
            return
        g.writing = WRITING.set(request.method == "POST")
        session.permanent = True
        typed = [*request.args.items(multi=True), *request.form.items(multi=True)]
        if any("\x00" in name or "\x00" in value for name, value in typed):
            abort(400)  # no database column takes a zero byte
        TRANSLATE.set(gettext)
        SAY.set(words.say)
        current_actor()

    @app.teardown_request
    def end(error: BaseException | None = None) -> None:
        forget_actor(error)
        if (token := g.pop("writing", None)) is not None:
            WRITING.reset(token)

    @app.after_request
    def polite(response: Response) -> Response:
        response.headers.update(HEADERS | (TLS_ONLY if app.config["SESSION_COOKIE_SECURE"] else {})
                                | (BY_LINK_HEADERS if request.endpoint in BY_LINK else {}))
        response.headers["Content-Security-Policy"] = CSP.format(nonce=g.get("nonce", ""))
        if request.endpoint not in KEPT:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.register_error_handler(CSRFError, _ask_again)
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(Exception, _broken)
    app.jinja_env.globals.update(
        {"_": words.in_page}, gettext=words.in_page, say=words.say, show=words.show, show_field=words.show_field,
        languages=list(Language), language=words.language, csrf_token=generate_csrf,
        group_label=lambda name: GROUPS.get(name, name))

    @app.context_processor
    def around() -> dict[str, Any]:
        actor = current_actor() if request else None
        at_work = actor if actor and actor.role else None
        return {"actor": actor, "menu": menu(at_work) if at_work else [], "user": current_user,
                "beside_today": beside_today(at_work) if at_work else [],
                "nonce": g.get("nonce", ""), "demo": app.config["DEMO"]}


def _ask_again(error: CSRFError) -> AnyResponse:
    """A form sent from a session that has ended: sign in, or look at it and send it again. Nothing is lost.

    What another site sent is not offered for sending: one click would do what CSRF protection is there to stop.
    """
    if not sent_from_here():
        return _error_page(error)
    if request.endpoint == "sign_in.logout" and not current_user.is_authenticated:
        return redirect(url_for("sign_in.login"))
    if way_in.is_on_the_way():
        flash(gettext("This page had grown old. Sign in now, nothing is lost."), "look")
        return way_in.ask(400)
    if (answer := _ask_outside()) is not None:
        return answer
    if not current_user.is_authenticated:
        return to_sign_in()
    return Response(render_template("kept.html", address=request.full_path.rstrip("?"), kept=kept_fields()), 400)


def _ask_outside() -> AnyResponse | None:
    """The same on the pages whose readers may have no account to sign in to; None on the others."""
    if request.endpoint == "order_form.page":
        return order_form.again()
    if request.endpoint in BY_LINK:
        flash(gettext("Begin again: this page had grown old."), "look")
        return redirect(request.path)
    return None


def _error_page(error: HTTPException) -> Response:
    sentences = {
        400: gettext("The address or the form was not understood."),
        403: gettext("Your role may not open this."),
        404: gettext("There is nothing here, or it is not yours to see."),
        405: gettext("This address does not take that."),
        413: gettext("This is too large to be taken. Nothing was changed."),
    }
    code = error.code or 500
    words_for = sentences.get(code, gettext("Something went wrong."))
    headers = [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]
    return Response(render_template("error.html", code=code, sentence=words_for), code, headers)


def _broken(error: Exception) -> Response:
    """A mistake of ours: the log has it by a reference number, the reader only the number.

    The page asks nothing of the database, which may be what is broken.
    """
    reference = secrets.token_hex(4)
    log.error("reference %s at %s: %s", reference, request.endpoint, "".join(_where(error)))
    db.session.rollback()
    g.actor, g._login_user = NOBODY, AnonymousUserMixin()
    return Response(render_template("error.html", code=500, reference=reference, sentence=gettext(
        "Something went wrong, and nothing was saved.")), 500)


def _where(error: BaseException | None) -> Iterator[str]:
    """The kinds of ``error`` and its causes with their lines of code; not their words, which may carry a value."""
    while error is not None:
        yield f"{type(error).__name__}\n"
        yield from traceback.format_tb(error.__traceback__)
        error = error.__cause__ or error.__context__


def __getattr__(name: str) -> Flask:
    """``app``, made when a server or a command asks for it, so that importing this module makes nothing."""
    if name != "app":
        raise AttributeError(name)
    return globals().setdefault("app", create_app())
