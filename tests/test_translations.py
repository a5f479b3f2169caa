"""The catalogues are whole: every message of the sources, in Finnish and Swedish, in the words of the trade."""

import ast
import re
from collections import Counter

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg

import services.register  # noqa: F401 - the verbs register themselves
from admin_views.generate import consoled
from models.audit import HasStatus
from models.base import Menu, described
from rules.choices import Choice
from rules.permissions import GROUPS
from services import queues, verbs
from tests.languages import LANGUAGES, TRANSLATIONS, compile_into, forms, read, read_language
from tests.test_architecture import ROOT

PLACE = re.compile(r"%\(\w+\)[a-z]|%%")
MARKS = {"N_", "_", "gettext", "lazy_gettext"}
NOT_MESSAGES = {".venv", ".venv-security", "instance", "migrations", "tests", "benchmarks"}
ENGLISH_QUOTES = re.compile('[“„"]')

# What a test makes for itself needs no translation.
MODELS = [model for model in consoled() if model.__module__.startswith("models.")]
CHOICES = [choices for choices in Choice.__subclasses__() if not choices.__module__.startswith("tests.")]

# Message, its Finnish, its Swedish: as the glossary of the trade has them.
GLOSSARY = [
    ("expert by experience", "kokemusasiantuntija", "erfarenhetsexpert"),
    ("Bank of experts", "kokemusasiantuntijapankki", "erfarenhetsexpertbank"),
    ("Experience knowledge", "kokemustieto", "erfarenhetskunskap"),
    ("development group", "kehittäjäryhmä", "utvecklargrupp"),
    ("steering group", "ohjausryhmä", "styrgrupp"),
    ("peer support group", "vertaistukiryhmä", "kamratstödsgrupp"),
    ("NGO", "järjestö", "organisation"),
    ("training organisation", "kouluttava organisaatio", "utbildande organisation"),
    ("Onboarding", "perehdytys", "introduktion"),
    ("Debrief", "jälkipuinti", "efterdiskussion"),
    ("Work supervision", "työnohjaus", "arbetshandledning"),
    ("Fee claim", "palkkiolasku", "arvodesräkning"),
    ("Payment batch", "maksuerä", "betalningsparti"),
    ("Cost centre", "kustannuspaikka", "kostnadsställe"),
    ("Business ID", "Y-tunnus", "FO-nummer"),
    ("Personal identity code", "henkilötunnus", "personbeteckning"),
    ("Non-disclosure for safety", "turvakielto", "spärrmarkering"),
    ("Guardian", "huoltaja", "vårdnadshavare"),
    ("confidentiality agreement", "vaitiolositoumus", "tystnadspliktsförbindelse"),
    ("unconfirmed", "vahvistamaton", "obekräftad"),
    ("received", "vastaanotettu", "mottagen"),
    ("searching", "etsitään", "söks"),
    ("staffed", "asiantuntijat vahvistettu", "experterna bekräftade"),
    ("held", "pidetty", "hållen"),
    ("closed", "suljettu", "avslutad"),
    ("cancelled", "peruttu", "inställd"),
    ("referred", "ohjattu muualle", "hänvisad vidare"),
    ("unmet", "asiantuntijaa ei löytynyt", "ingen expert hittades"),
    ("proposed", "ehdotettu", "föreslagen"),
    ("asked", "kysytty", "tillfrågad"),
    ("accepted", "suostunut", "har tackat ja"),
    ("confirmed", "vahvistettu", "bekräftad"),
    ("not now", "ei nyt", "inte nu"),
    ("no answer", "ei vastausta", "inget svar"),
    ("stood down", "ei tarvittukaan", "behövdes inte"),
    ("draft", "luonnos", "utkast"),
    ("checked", "tarkastettu", "granskad"),
    ("approved", "hyväksytty", "godkänd"),
    ("in a batch", "maksuerässä", "i betalningsparti"),
    ("paid", "maksettu", "betald"),
    ("rejected", "hylätty", "avslagen"),
    ("withdrawn", "peruttu pyynnöstä", "återtagen"),
    ("payment returned", "maksu palautunut", "betalningen returnerad"),
    ("awaiting approval", "hyväksyttävänä", "för godkännande"),
    ("files made", "tiedostot tehty", "filerna skapade"),
    ("delivered", "toimitettu", "levererad"),
    ("raised", "nostettu esiin", "väckt"),
    ("with the steering group", "ohjausryhmällä", "hos styrgruppen"),
    ("reported back", "kerrottu kehittäjäryhmälle", "återrapporterad"),
    ("participant", "osallistuja", "deltagare"),
    ("in the bank", "pankissa", "i banken"),
    ("expired", "vanhentunut", "utgången"),
    ("Start searching", "aloita haku", "börja söka"),
    ("Find candidates", "etsi sopivat", "sök lämpliga"),
    ("Ask", "kysy", "fråga"),
    ("Not now", "ei nyt", "inte nu"),
    ("Ask again", "kysy uudelleen", "fråga på nytt"),
    ("Confirm", "vahvista", "bekräfta"),
    ("Mark as held", "merkitse pidetyksi", "markera som hållen"),
    ("Refer elsewhere", "ohjaa muualle", "hänvisa vidare"),
    ("Mark as unmet", "merkitse ettei löytynyt", "markera att ingen hittades"),
    ("Approve", "hyväksy", "godkänn"),
    ("Reject", "hylkää", "avslå"),
    ("Today", "tänään", "i dag"),
]


def ids_of(catalogue):
    return {message.id for message in catalogue if message.id}


def places(words):
    return [Counter(PLACE.findall(form)) for form in forms(words)]


def extracted():
    """The message ids of the sources, gathered as ``make babel`` does."""
    said = re.search(r'--keywords "([^"]+)"', (ROOT / "Makefile").read_text(encoding="utf-8")).group(1)
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, DEFAULT_KEYWORDS | parse_keywords(said.split()))
    return {message if isinstance(message, str) else tuple(message) for _, _, message, *_ in found}


def marked(path):
    """The texts that a Python file marks as messages, those inside f-strings too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") in MARKS:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def labels():
    """Every English label that the generated console translates, with where it stands."""
    for model in MODELS:
        yield model.__name__, model.console.one
        yield model.__name__, model.console.many
        for name, said in described(model):
            yield f"{model.__name__}.{name}", said["label"]
            yield f"{model.__name__}.{name}", said.get("help", "")
        for key, sentence in getattr(model, "constraint_sentences", {}).items():
            yield f"{model.__name__}: {key}", sentence
        for verb in verbs.names(model):
            found = verbs.find(model, verb)
            yield from ((f"{model.__name__}.{verb}()", words) for words in (found.label, found.explains))
            yield from ((f"{model.__name__}.{verb}()", words)
                        for asked in found.inputs for words in (asked.words.label, asked.words.help))
    for model in MODELS:
        if issubclass(model, HasStatus):
            yield from ((f"{model.__name__}.{verb}", step.label) for verb, step in model.lifecycle.steps.items())
    for choices in CHOICES:
        yield from ((choices.__name__, member.label) for member in choices)
    for role, tiles in queues.FIRST_SCREENS.items():
        yield from ((role, tile.label) for tile in tiles)
        yield from ((role, queue.label) for tile in tiles for queue in tile.queues)
    yield from (("Menu", section.value) for section in Menu)
    yield from GROUPS.items()


@pytest.fixture(scope="module")
def template():
    return read(TRANSLATIONS / "messages.pot")


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request):
    return read_language(request.param)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """A folder with the catalogues compiled as they stand now."""
    return compile_into(tmp_path_factory.mktemp("translations"))


@pytest.fixture
def app(make_app, compiled):
    """An app of this test's own, which reads the catalogues compiled just now."""
    from models import db

    app = make_app(BABEL_TRANSLATION_DIRECTORIES=str(compiled))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_template_has_exactly_the_messages_of_the_sources(template):
    assert ids_of(template) == extracted()


def test_template_has_every_text_that_python_marks(template):
    known = {form for message in ids_of(template) for form in forms(message)}
    files = [path for path in sorted(ROOT.rglob("*.py")) if path.relative_to(ROOT).parts[0] not in NOT_MESSAGES]

    missing = [(str(path.relative_to(ROOT)), text) for path in files for text in marked(path) if text not in known]

    assert missing == []


def test_template_has_every_label_of_the_console(template):
    known = ids_of(template)

    assert [(place, label) for place, label in labels() if label and label not in known] == []


def test_catalogue_has_exactly_the_messages_of_the_template(catalogue, template):
    assert ids_of(catalogue) == ids_of(template)
    assert list(catalogue.obsolete) == []


def test_every_message_is_translated(catalogue):
    unfinished = [message.id for message in catalogue
                  if message.id and (message.fuzzy or not all(map(str.strip, forms(message.string))))]

    assert unfinished == []


def test_plural_messages_have_a_form_for_each_number_of_the_language(catalogue):
    lacking = [message.id for message in catalogue
               if message.pluralizable and len(message.string) != catalogue.num_plurals]

    assert lacking == []


def test_translations_keep_every_placeholder(catalogue):
    changed = [(message.id, message.string) for message in catalogue
               if message.id and places(message.id) != places(message.string)]

    assert changed == []


def test_translations_use_the_quotes_of_their_language(catalogue):
    foreign = [message.string for message in catalogue
               if message.id and any(map(ENGLISH_QUOTES.search, forms(message.string)))]

    assert foreign == []


def test_sentences_end_as_the_source_does(catalogue):
    ends = [(message.id, message.string) for message in catalogue if isinstance(message.id, str) and message.id
            and message.id[-1] in ".:?…" and message.string[-1] != message.id[-1]]

    assert ends == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_states_and_verbs_have_the_words_of_the_glossary(language):
    catalogue = read_language(language)
    words = {message: (fi if language == "fi" else sv).casefold() for message, fi, sv in GLOSSARY}

    found = {message: catalogue[message].string.casefold() for message in words if message in catalogue}

    assert found == words


def test_experts_are_never_called_clients_or_resources():
    finnish = read_language("fi")

    unfit = [message.string for message in finnish
             if message.id and re.search(r"asiakk|asiakas|resurss|käyttöaste", " ".join(forms(message.string)), re.IGNORECASE)]

    assert unfit == []


@pytest.mark.parametrize(("language", "heading"), [
    ("fi", "Kokemusasiantuntijat"),
    ("sv", "Erfarenhetsexperter"),
    ("en", "Experts by experience"),
])
def test_list_page_speaks_the_language_of_the_coordinator(login, language, heading):
    client = login("coordinator", language=language)

    page = client.get("/admin/expert/").text

    assert re.search(r"<html lang=\"(\w+)\"", page).group(1) == language
    assert re.search(r"<h1>([^<]+)</h1>", page).group(1) == heading


def test_list_page_is_finnish_when_nobody_chose_a_language(login):
    client = login("coordinator")

    page = client.get("/admin/expert/").text

    assert re.search(r"<html lang=\"(\w+)\"", page).group(1) == "fi"
    assert re.search(r"<h1>([^<]+)</h1>", page).group(1) == "Kokemusasiantuntijat"
