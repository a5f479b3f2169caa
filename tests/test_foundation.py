"""What must hold of every record type and every page, whoever adds the next one: each finding is a name."""

import re
from collections import Counter

import pytest
import sqlalchemy as sa
from flask_admin import AdminIndexView

import services.register  # noqa: F401 - the verbs register themselves
from admin_views import forms
from admin_views.base import GuardedView
from admin_views.board import BoardView
from admin_views.calendar import CalendarView
from admin_views.generate import consoled
from admin_views.home import HomeView
from admin_views.palette import PaletteView
from admin_views.plots import PlotView
from admin_views.reading_review import ReadingReviewView
from admin_views.reports import ReportView
from models import (
    AccessLink,
    Draft,
    ListSetting,
    LogSeal,
    PersonalLink,
    RecoveryCode,
    SavedView,
    SecondFactor,
    Selection,
    Submission,
)
from models.audit import HasStatus, LogRow
from models.base import Base, Record, described
from rules.permissions import CELLS, GROUPS, MATRIX, Access, Actor, Role
from rules.states import Step
from services import verbs
from services.scopes import SCOPES
from tests.test_architecture import ROOT

MODELS = {model.__name__: model for model in consoled()}
WITH_STATUS = {name: model for name, model in MODELS.items() if issubclass(model, HasStatus)}
EVERYBODY = [Actor(1, 1, role) for role in Role]
PAGE_VERBS = {"create", "export", "delete", "download", "reveal"}
NOT_DESCRIBED = {"id", "version", "row_key"}
OWN_VIEWS = {HomeView, ReportView, PlotView, ReadingReviewView, CalendarView, BoardView, PaletteView}
"""Pages that belong to no record type."""
MADE = {"Report", "Plot", "Review"}
"""What is made of records and is none itself: its rows in the table of rights are verbs alone."""
WITHOUT_CONSOLE = {LogSeal, Submission, ListSetting, SavedView, Selection, Draft, AccessLink, RecoveryCode, SecondFactor,
                   PersonalLink}
ASKED = re.compile(r"may_run\([\w.()]+, \"(\w+)\", \"(\w+)\"\)")
CLOSED = {"action_view", "ajax_lookup", "ajax_update"}
"""Flask-Admin's own pages, which the gate answers as if they were not there."""


def exposed(view):
    return {name for _, name, *_ in view._urls}


def rights_asked_for(name):
    """The verbs of a model that some service or page of its own asks for by name."""
    layers = ("services", "jobs", "imports", "exports", "admin_views", "portal")
    sources = [path.read_text(encoding="utf-8") for layer in layers for path in (ROOT / layer).glob("*.py")]
    asked = [found for source in sources for found in ASKED.findall(source)]
    return {verb for model, verb in asked if model == name}


def rules_of(table):
    """CHECK and UNIQUE rules of a table; the CHECK of a choice, which the form's list enforces, apart."""
    choices = {column.type.name for column in table.columns if isinstance(column.type, sa.Enum)}
    for rule in [*table.constraints, *table.indexes]:
        unique = isinstance(rule, sa.UniqueConstraint) or getattr(rule, "unique", False)
        of_choice = isinstance(rule, sa.CheckConstraint) and getattr(rule, "_type_bound", False)
        if unique or (isinstance(rule, sa.CheckConstraint) and not of_choice and rule.name not in choices):
            yield rule


def key_of(table, rule):
    return str(rule.name).removeprefix(f"ck_{table.name}_").removeprefix(f"uq_{table.name}_")


def test_every_page_of_the_console_passes_the_gate(app):
    views = app.extensions["admin"][0]._views

    others = {type(view) for view in views if not isinstance(view, GuardedView)}

    assert others == OWN_VIEWS
    assert issubclass(HomeView, AdminIndexView)
    assert len(views) == len(MODELS) + len(OWN_VIEWS)


def test_no_view_opts_out_of_what_the_base_view_guards(app):
    guarded = {"_handle_view", "is_accessible", "allowed", "get_query", "get_count_query", "get_one", "one_or_404",
               "can_create", "can_edit", "can_delete", "can_export", "may_be_chosen", "keep_in_sight"}
    views = [view for view in app.extensions["admin"][0]._views if isinstance(view, GuardedView)]

    opted_out = {(type(view).__name__, name) for view in views for name in guarded
                 if getattr(type(view), name) is not getattr(GuardedView, name)}

    assert opted_out == set()


def test_every_exposed_page_says_what_opens_it(app):
    unmarked = set()
    for view in app.extensions["admin"][0]._views:
        if isinstance(view, GuardedView):
            unmarked |= {(view.endpoint, name) for name in exposed(view) - GuardedView.PAGES.keys() - CLOSED
                         if not getattr(getattr(type(view), name), "opens_for", None)}

    assert unmarked == set()


def test_every_table_has_a_console_or_is_listed():
    mapped = {mapper.class_ for mapper in Base.registry.mappers}

    assert mapped - set(MODELS.values()) == WITHOUT_CONSOLE


def test_every_record_type_has_a_scope():
    assert set(SCOPES) == set(MODELS.values())


@pytest.mark.parametrize("name", MODELS)
def test_every_column_says_its_group_or_is_of_the_machinery(name):
    model = MODELS[name]
    columns = {prop.key: prop.columns[0] for prop in sa.inspect(model).column_attrs}

    silent = {key for key, column in columns.items()
              if key not in dict(described(model)) and not getattr(column, "foreign_keys", None)}

    assert silent - NOT_DESCRIBED == set()
    assert {said["group"] for _, said in described(model)} - GROUPS.keys() == set()


@pytest.mark.parametrize("name", MODELS)
def test_every_foreign_key_is_described_by_its_relationship(name):
    model = MODELS[name]
    mapper = sa.inspect(model)
    told = {column for prop in mapper.relationships if prop.key in dict(described(model))
            for column in prop.local_columns}

    silent = {column.name for column in mapper.local_table.columns if column.foreign_keys and column not in told}

    assert silent == set()


@pytest.mark.parametrize("name", MODELS)
def test_table_of_rights_has_a_row_for_every_group_and_no_other(name):
    groups = {said["group"] for _, said in described(MODELS[name])} - {"secret"}

    assert groups == {what for model, what in MATRIX if model == name and not what.endswith("()")}


@pytest.mark.parametrize("name", MODELS)
def test_table_of_rights_has_a_row_for_every_verb_and_no_other(name):
    model = MODELS[name]
    steps = set(model.lifecycle.steps) if issubclass(model, HasStatus) else set()
    known = steps | {verb for model_name, verb in verbs.REGISTER if model_name == name} | rights_asked_for(name)

    rows = {what.removesuffix("()") for model_name, what in MATRIX if model_name == name and what.endswith("()")}

    assert rows - PAGE_VERBS == known - PAGE_VERBS


def test_table_of_rights_names_only_record_types_and_made_things():
    assert {model for model, _ in MATRIX} - MODELS.keys() == MADE


def test_cells_of_the_table_fit_their_rows():
    """A verb is run or not; a group is seen or entered: a cell of the wrong kind would grant nothing, silently."""
    wrong = {key for key, row in MATRIX.items() for cell in row.values()
             if cell not in ({"-", "x"} if key[1].endswith("()") else CELLS - {"x"})}

    assert wrong == set()


def test_whoever_may_act_on_a_record_type_opens_it():
    opened = {(model, role) for (model, what), row in MATRIX.items() for role, cell in row.items()
              if not what.endswith("()") and ("r" in cell or "m" in cell)}
    acting = {(model, role) for (model, what), row in MATRIX.items() for role, cell in row.items()
              if cell == "x" and model not in MADE}

    assert acting - opened == set()


@pytest.mark.parametrize("name", WITH_STATUS)
def test_no_role_writes_a_status_or_deletes_what_has_one(name):
    fields = {field for actor in EVERYBODY for field, _ in forms.writable(WITH_STATUS[name], actor)}

    assert "status" not in fields
    assert (name, "delete()") not in MATRIX


@pytest.mark.parametrize("name", WITH_STATUS)
def test_status_is_watched_and_begins_at_the_beginning(name):
    model = WITH_STATUS[name]
    prop = sa.inspect(model).attrs["status"]

    assert prop.active_history is True
    assert prop.columns[0].default.arg == model.lifecycle.initial
    assert all(isinstance(step, Step) for step in model.lifecycle.steps.values())


def test_nobody_writes_history():
    logs = [model for model in MODELS.values() if issubclass(model, LogRow)]

    assert {model.__name__ for model in logs} == {"AccessLog", "ChangeLog", "StatusChange"}
    assert {field for model in logs for actor in EVERYBODY for field, _ in forms.writable(model, actor)} == set()
    assert {what for model, what in MATRIX if model in {log.__name__ for log in logs} and what.endswith("()")} == set()


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if issubclass(model, Record)])
def test_every_rule_of_the_database_has_its_sentence_and_every_sentence_its_rule(name):
    table = sa.inspect(MODELS[name]).local_table

    assert set(MODELS[name].constraint_sentences) == {key_of(table, rule) for rule in rules_of(table)}


def test_every_rule_of_the_database_has_a_name_of_its_own():
    names = Counter(str(rule.name) for table in Base.metadata.tables.values()
                    for rule in [*table.constraints, *table.indexes])

    assert {name for name, times in names.items() if times > 1 or name == "None"} == set()


@pytest.mark.parametrize("name", MODELS)
def test_console_names_only_what_the_model_has(name):
    model = MODELS[name]
    mapper, console = sa.inspect(model), model.console

    assert {key.removeprefix("-") for key in console.order} - set(mapper.column_attrs.keys()) == set()
    assert {*console.related, *console.label_from} - set(mapper.relationships.keys()) == set()
    assert console.includes is None or console.includes in mapper.relationships


def test_keys_and_hashes_stand_in_no_row():
    assert {model for model, what in MATRIX if what == "secret"} == set()


def test_access_is_asked_by_letters_that_the_cells_have():
    assert {letter for cell in CELLS for letter in cell} - {"-"} == {access.value for access in Access}
