"""An order, people and their events for the tests of matching, plain and drawn."""

from datetime import date, time
from typing import Any

from hypothesis import strategies as st

from rules.matching import Candidate, Commitment, Need, Occasion, Pause, Settings, Training, judge
from rules.states import BankStatus

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 9)
JYVASKYLA, MUURAME = 1, 2
RULES = Settings()


def an_occasion(day=DAY, start=time(9), end=time(11), municipality_id=JYVASKYLA, *, remote=False):
    return Occasion(day=day, start=start, end=end, municipality_id=municipality_id, remote=remote)


def a_commitment(day=DAY, start=time(9), end=time(11), municipality_id=JYVASKYLA, **facts):
    base: dict[str, Any] = {"remote": False, "order_id": 900, "heavy": False}
    return Commitment(day=day, start=start, end=end, municipality_id=municipality_id, **base | facts)


def a_need(**facts):
    base: dict[str, Any] = {
        "order_id": 230, "organisation_ids": frozenset({7, 70}), "contact_ids": frozenset({11}),
        "occasions": (an_occasion(),), "on_site": True, "heavy": False, "background_check_needed": False,
        "training_required_because": "", "themes": {3: "aftercare", 4: "housing"},
        "viewpoints": {1: "young person"}, "roles": {2: "developer"}, "languages": {"fi": "Finnish"},
        "municipalities": {JYVASKYLA: "Jyväskylä"},
    }
    return Need(**base | facts)


def an_expert(expert_id=1, **facts):
    """Somebody no guard holds back, who meets no wish."""
    base: dict[str, Any] = {
        "name": f"Expert {expert_id}", "bank_status": BankStatus.IN_BANK, "restricted": False, "pauses": (),
        "closed_theme_ids": frozenset(), "avoided_organisation_ids": frozenset(),
        "avoided_contact_ids": frozenset(), "birth_date": date(1990, 5, 1), "birth_year": None,
        "known_minor": None, "guardian_consent": False, "load_limit": None, "commitments": (),
        "support_person": "Minna H.", "background_check_until": None, "remote_only": False,
        "protected": False, "last_asked_on": None,
    }
    return Candidate(expert_id=expert_id, **base | facts)


def codes(expert, need=None, rules=RULES):
    return [(reason.code, reason.hard) for reason in judge(need or a_need(), expert, TODAY, rules).no]


def ids(judged):
    return [each.candidate.expert_id for each in judged]


def words(sentences):
    return [str(sentence) for sentence in sentences]


days = st.dates(date(2026, 11, 1), date(2027, 1, 31))
clocks = st.none() | st.builds(time, st.integers(7, 21), st.sampled_from([0, 15, 30]))
places = st.none() | st.integers(1, 3)
some = st.frozensets(st.integers(1, 4), max_size=3)
occasions = st.builds(
    Occasion, day=days, start=clocks, end=clocks, municipality_id=places, remote=st.booleans())
commitments = st.builds(
    Commitment, day=days, start=clocks, end=clocks, municipality_id=places, remote=st.booleans(),
    order_id=st.integers(229, 232), heavy=st.booleans())
trainings = st.lists(
    st.builds(Training, st.just("Silmu ry"), st.just(2023), st.none() | days), max_size=2).map(tuple)
told_only = {"met_on": st.none() | days, "protected": st.booleans(), "trainings": trainings}
wishes_met = {
    "themes": some, "viewpoints": some, "roles": some, "municipalities": some,
    "languages": st.frozensets(st.sampled_from(["fi", "sv"])), "last_asked_on": st.none() | days,
}
guarded = {
    "bank_status": st.sampled_from(BankStatus),
    "restricted": st.booleans(),
    "pauses": st.lists(st.builds(Pause, days, st.none() | days), max_size=1).map(tuple),
    "closed_theme_ids": st.frozensets(st.integers(3, 9), max_size=2),
    "avoided_organisation_ids": st.frozensets(st.integers(5, 9), max_size=1),
    "avoided_contact_ids": st.frozensets(st.integers(10, 14), max_size=1),
    "birth_date": st.none() | st.dates(date(1970, 1, 1), date(2014, 1, 1)),
    "birth_year": st.none() | st.integers(1970, 2014),
    "known_minor": st.none() | st.booleans(),
    "guardian_consent": st.booleans(),
    "load_limit": st.none() | st.integers(0, 4),
    "commitments": st.lists(commitments, max_size=3).map(tuple),
    "support_person": st.sampled_from(["Minna H.", None]),
    "background_check_until": st.none() | days,
    "remote_only": st.booleans(),
}
free = st.builds(an_expert, st.just(0), **wishes_met, **told_only)
experts = st.builds(an_expert, st.just(0), **wishes_met, **told_only, **guarded)
needs = st.builds(
    a_need, occasions=st.lists(occasions, max_size=3).map(tuple), heavy=st.booleans(), on_site=st.booleans(),
    background_check_needed=st.booleans(), training_required_because=st.sampled_from(["", "court asks"]),
    themes=st.sampled_from([{}, {3: "aftercare", 4: "housing"}]))
