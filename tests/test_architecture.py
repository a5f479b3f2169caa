"""The shape of the product, enforced on its source: layers, the one writer of a status, the doors, the pages.

Every check is a plain function from source to what it found; the last tests show each finding something.
"""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# rules < models < services < exports, imports, jobs < admin_views, portal < app
MAY_IMPORT = {
    "rules": set(),
    "models": {"rules"},
    "services": {"rules", "models"},
    "exports": {"rules", "models", "services"},
    "imports": {"rules", "models", "services"},
    "jobs": {"rules", "models", "services", "exports", "imports"},
    "admin_views": {"rules", "models", "services", "exports", "imports", "jobs"},
    "portal": {"rules", "models", "services", "exports", "imports", "jobs", "admin_views"},
    "app": {"rules", "models", "services", "exports", "imports", "jobs", "admin_views", "portal"},
}
KNOWS_NO_WEB = {"rules", "services", "exports", "imports"}
WEB = re.compile(r"flask|werkzeug|wtforms|jinja2")
CLOCK = {"today", "now", "utcnow"}

STATUS = {"status", "bank_status"}
STATUS_WRITERS = {"services/transitions.py"}

AROUND_THE_SESSION = re.compile(r"bulk_\w+|__table__|exec_driver_sql")
MAY_GO_AROUND = {
    "models/engine.py": {"exec_driver_sql"},  # SQLite's BEGIN IMMEDIATE
    "services/doors.py": {"__table__"},  # the demo, by Core inserts into an empty database
}

DOORS = {"record_past", "demo", "retention", "erasure"}
MAY_USE_DOORS = {
    "models/audit.py": {"DOOR", "open_door"},  # hangs them
    "services/transitions.py": {"DOOR"},  # asks whether one is open
    "models/batch.py": {"DOOR"},  # asks whether it is retention that lets a file go
    "services/doors.py": {"DOOR", "open_door"},  # opens them
    "imports/register.py": {"record_past"},
    "jobs/demo.py": {"open_door"},  # the demo, by Core inserts into an empty database
    "jobs/retention.py": {"retention"},
    "jobs/retention_records.py": {"retention"},
    "services/anonymise.py": {"retention"},
    "services/proposals.py": {"erasure"},  # what tells of somebody who did not join goes at once
    "app.py": {"demo", "retention"},  # the commands
}

FLOATS = {"exports/workbook.py"}  # XlsxWriter takes nothing else
LONGEST_FILE = 350
LONGEST_TEST = 500


def product(ending):
    """The product's files with this ending, by path from the root."""
    folders = [*MAY_IMPORT, "templates", "static"]
    found = [path for folder in folders for path in (ROOT / folder).rglob(f"*{ending}")]
    return sorted(str(path.relative_to(ROOT)) for path in [*found, *ROOT.glob(f"*{ending}")])


@cache
def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def nodes(source):
    """Everything in ``source``, parsed once for all the checks that walk over it."""
    return tuple(ast.walk(ast.parse(source)))


def layer_of(path):
    return Path(path).parts[0].removesuffix(".py")


def imported(source):
    """Top names of the modules imported anywhere in ``source``."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "a relative import").split(".")[0]


def layers_above(layer, source):
    return sorted(set(imported(source)) & MAY_IMPORT.keys() - MAY_IMPORT[layer] - {layer})


def strangers(source):
    """What is neither the standard library nor a rule."""
    return sorted(set(imported(source)) - sys.stdlib_module_names - {"rules"})


def web(source):
    return sorted(name for name in set(imported(source)) if WEB.match(name))


def calls(source):
    """The called names: of ``date.today()`` it is ``today``."""
    for node in nodes(source):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", ""))


def clocks(source):
    """Calls that ask what time it is, and the module ``time``."""
    return sorted(set(calls(source)) & CLOCK | set(imported(source)) & {"time"})


def status_writes(source):
    """Line numbers of ``x.status = ...``, ``del x.status`` and ``setattr(x, "status", ...)``."""
    lines = []
    for node in nodes(source):
        if isinstance(node, ast.Attribute) and node.attr in STATUS and not isinstance(node.ctx, ast.Load):
            lines.append(node.lineno)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setattr":
            lines += [node.lineno for given in node.args if getattr(given, "value", None) in STATUS]
    return lines


def ways_around(source):
    names = {node.attr for node in nodes(source) if isinstance(node, ast.Attribute)}
    return sorted(name for name in names if AROUND_THE_SESSION.fullmatch(name))


def doors_used(source):
    """The doors taken from ``services.doors``, and every use of the lock itself."""
    found = set()
    for node in nodes(source):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            found |= names & (DOORS if (node.module or "").endswith("doors") else set())
            found |= names & {"doors", "open_door", "DOOR"}  # the whole module is every door at once
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.endswith("doors")}
        elif isinstance(node, ast.Attribute) and node.attr in {"open_door", "DOOR"}:
            found.add(node.attr)
    return sorted(found)


JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
IN_A_PAGE = {
    "inline script": re.compile(r"<script\b(?![^>]*\b(?:src=|type=[\"']application/json))", re.IGNORECASE),
    "handler": re.compile(r"<[a-z][^<>]*?\son[a-z]+\s*=", re.IGNORECASE),
    "style attribute": re.compile(r"<[a-z][^<>]*?\sstyle\s*=", re.IGNORECASE),
    "inline style": re.compile(r"<style\b", re.IGNORECASE),
    "script address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "foreign host": re.compile(
        r"(?:\b(?:src|srcset|poster|data|action|formaction)\s*=\s*[\"']?|<link\b[^>]*\bhref\s*=\s*[\"']?"
        r"|url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//", re.IGNORECASE),
}
IN_A_TEMPLATE = {
    "safe": re.compile(r"\|\s*safe\b"),
    "autoescape off": re.compile(r"\{%-?\s*autoescape\s+false"),
}


def page_faults(source):
    """What the content security policy or the house forbids in a page or in a piece of one."""
    page = JINJA.sub("x", source)
    return sorted(
        [name for name, pattern in IN_A_PAGE.items() if pattern.search(page)]
        + [name for name, pattern in IN_A_TEMPLATE.items() if pattern.search(source)])


def texts(source):
    """Every string in ``source`` that looks like markup."""
    for node in nodes(source):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "<" in node.value:
            yield node.value


PYTHON = product(".py")
TESTS = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests").rglob("*.py"))]
OF_LAYER = [path for path in PYTHON if layer_of(path) in MAY_IMPORT]


def offenders(paths, check):
    """Path to what ``check`` finds in its source, where it finds something."""
    return {path: found for path in paths if (found := check(path))}


def test_every_kind_of_file_is_looked_at():
    kinds = {ending: len(product(ending)) for ending in (".py", ".html", ".js", ".css")}

    assert [ending for ending, count in kinds.items() if not count] == []
    assert {layer_of(path) for path in OF_LAYER} == MAY_IMPORT.keys()
    assert len(TESTS) > 100


def test_layer_imports_only_what_is_below():
    assert offenders(OF_LAYER, lambda path: layers_above(layer_of(path), read(path))) == {}


def test_rules_are_standard_library_without_a_clock():
    rules = [path for path in OF_LAYER if layer_of(path) == "rules"]

    assert offenders(rules, lambda path: strangers(read(path)) + clocks(read(path))) == {}


def test_inner_layers_know_no_web():
    inner = [path for path in OF_LAYER if layer_of(path) in KNOWS_NO_WEB]

    assert offenders(inner, lambda path: web(read(path))) == {}


def test_only_transitions_writes_a_status():
    others = [path for path in PYTHON if path not in STATUS_WRITERS]

    assert offenders(others, lambda path: status_writes(read(path))) == {}


def test_nothing_goes_around_the_session():
    assert offenders(PYTHON, lambda path: set(ways_around(read(path))) - MAY_GO_AROUND.get(path, set())) == {}


def test_doors_are_used_by_their_keepers():
    assert offenders(PYTHON, lambda path: set(doors_used(read(path))) - MAY_USE_DOORS.get(path, set())) == {}


def test_no_amount_becomes_a_float():
    exact = [path for path in PYTHON if path not in FLOATS]

    assert offenders(exact, lambda path: "float" in set(calls(read(path)))) == {}


def test_file_is_one_room():
    lengths = {path: len(read(path).splitlines()) for path in [*PYTHON, *product(".html"), *product(".js"), *TESTS]}

    assert {path: lines for path, lines in lengths.items()
            if lines > (LONGEST_TEST if path in TESTS else LONGEST_FILE)} == {}


def test_page_keeps_the_content_security_policy():
    assert offenders(product(".html"), lambda path: page_faults(read(path))) == {}


def test_markup_made_in_python_keeps_the_content_security_policy():
    assert offenders(PYTHON, lambda path: [fault for text in texts(read(path)) for fault in page_faults(text)]) == {}


def test_style_sheet_loads_nothing_from_another_host():
    assert offenders(product(".css"), lambda path: page_faults(read(path))) == {}


@pytest.mark.parametrize(("found", "expected"), [
    (layers_above("rules", "from models import db"), ["models"]),
    (layers_above("services", "import exports.workbook, rules.money"), ["exports"]),
    (layers_above("portal", "import app"), ["app"]),
    (layers_above("jobs", "from exports import workbook"), []),
    (strangers("import stdnum, decimal, rules.money"), ["stdnum"]),
    (strangers("from . import money"), ["a relative import"]),
    (clocks("import time\ndue = date.today()"), ["time", "today"]),
    (clocks("from datetime import time\nnoon = time(12)"), []),
    (web("from flask_login import current_user"), ["flask_login"]),
    (status_writes("a.status = 1\nsetattr(b, 'status', 1)\nc.bank_status, d = e"), [1, 2, 3]),
    (status_writes("del a.status\na.status += 1"), [1, 2]),
    (status_writes("status = a.status\nclass B:\n    status: int = 1"), []),
    (ways_around("s.bulk_save_objects([]); A.__table__; c.exec_driver_sql('x')"),
     ["__table__", "bulk_save_objects", "exec_driver_sql"]),
    (doors_used("from services.doors import demo"), ["demo"]),
    (doors_used("from services import doors"), ["doors"]),
    (doors_used("import models.audit as a\na.open_door('demo')"), ["open_door"]),
    (sorted(calls("float(x); y.total()")), ["float", "total"]),
])
def test_check_of_source_finds_what_it_is_for(found, expected):
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(("page", "faults"), [
    ("<script>alert(1)</script>", ["inline script"]),
    ('<script type="module">alert(1)</script>', ["inline script"]),
    ("<script src=\"{{ url_for('static', filename='a.js') }}\"></script>", []),
    ('<script type="application/json">{}</script>', []),
    ('<script src="//cdn.example/a.js"></script>', ["foreign host"]),
    ('<a href="#" onclick="go()">', ["handler"]),
    ('<option {% if one == two %}selected{% endif %} data-once="1">', []),
    ('<td style="color:red">', ["style attribute"]),
    ("<style>td { color: red }</style>", ["inline style"]),
    ('<a href="javascript:go()">', ["script address"]),
    ('<link rel="stylesheet" href="https://fonts.example/a.css">', ["foreign host"]),
    ('<a href="https://kirjasto.example/">', []),
    ("td { background: url(https://img.example/a.png) }", ["foreign host"]),
    ("{{ text | safe }}", ["safe"]),
    ("{% autoescape false %}{{ text }}{% endautoescape %}", ["autoescape off"]),
])
def test_check_of_pages_finds_what_it_is_for(page, faults):
    assert page_faults(page) == faults
