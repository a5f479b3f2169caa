"""The catalogues as they stand now, read and compiled, for the tests of the languages."""

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.test_architecture import ROOT

TRANSLATIONS = ROOT / "translations"
LANGUAGES = ("fi", "sv")


def read(path, locale=None):
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def read_language(language):
    return read(TRANSLATIONS / language / "LC_MESSAGES" / "messages.po", language)


def compile_into(folder):
    """Write every catalogue compiled below ``folder``, as Flask-Babel looks for it, and give the folder back."""
    for language in LANGUAGES:
        target = folder / language / "LC_MESSAGES" / "messages.mo"
        target.parent.mkdir(parents=True)
        with target.open("wb") as file:
            write_mo(file, read_language(language))
    return folder


def forms(words):
    """A message as a tuple of its forms: one, or as many as the language has plurals."""
    return words if isinstance(words, tuple) else (words,)
