"""The privacy notice: open to everybody, in three languages that say the same, its times those of the rules."""

import re
from pathlib import Path

import pytest
from lxml import html

from portal.statement import BOLD
from rules.retention import RECORD_RULES

DOCS = Path(__file__).parent.parent.parent / "docs" / "privacy"
LANGUAGES = ("fi", "sv", "en")
TITLES = {"fi": "Tietosuojaseloste", "sv": "Dataskyddsbeskrivning", "en": "Privacy notice"}


def page_in(client, language):
    return html.fromstring(client.get("/privacy", headers={"Accept-Language": language}).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_notice_is_open_without_signing_in_and_says_what_its_paper_says(client, language):
    page = page_in(client, language)
    paper = BOLD.sub(r"\1", (DOCS / f"notice.{language}.md").read_text(encoding="utf-8"))
    employer = {"fi": "koordinaattorisi työnantaja", "sv": "din koordinators arbetsgivare", "en": "the employer of your coordinator"}
    told = re.sub(r"^(## |- )", "", paper, flags=re.MULTILINE).replace("{controller}", employer[language])

    assert page.xpath("string(//h1)") == TITLES[language]
    assert "".join(page.xpath("string(//article)").split()).startswith("".join(told.split()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_retention_is_told_with_its_months(client, language):
    entries = page_in(client, language).xpath("//article/section[last()]//li")

    assert [int(re.search(r": (\d+)\s", entry.text_content())[1]) for entry in entries] == [
        rule.months for rule in RECORD_RULES.values()]


def test_languages_have_the_same_sections_lists_and_weight():
    shapes = {language: [line[:2] for line in (DOCS / f"notice.{language}.md").read_text(encoding="utf-8").splitlines()
                         if line.startswith(("## ", "- "))] for language in LANGUAGES}

    assert shapes["fi"] == shapes["sv"] == shapes["en"]
    assert shapes["en"].count("##") == 7


def test_controller_is_named_as_the_installation_says_and_never_as_markup(app, client):
    app.config["CONTROLLER"] = "Keski-Suomen <b>hyvinvointialue</b>"

    page = page_in(client, "fi")

    assert "Keski-Suomen <b>hyvinvointialue</b>" in page.xpath("string(//article)")
    assert page.xpath("//article//b") == []
