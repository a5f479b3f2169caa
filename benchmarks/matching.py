"""How long 10,000 experts take to be ranked for one order: ``python -m benchmarks.matching``. No database."""

import random
from datetime import date, time, timedelta
from time import perf_counter

from rules.matching import Candidate, Commitment, Need, Occasion, Pause, Settings, Training, counts, rank
from rules.states import BankStatus

EXPERTS, SEED, LIMIT_SECONDS, ROUNDS = 10_000, 20261124, 1.0, 5
TODAY = date(2026, 11, 24)
STATUSES = (BankStatus.IN_BANK, BankStatus.PARTICIPANT, BankStatus.LEFT)
MUNICIPALITIES, THEMES = range(1, 23), range(1, 31)


def commitment(pick: random.Random) -> Commitment:
    hour = pick.randrange(8, 18)
    return Commitment(
        day=TODAY + timedelta(days=pick.randrange(-30, 60)), start=time(hour), end=time(hour + 2),
        municipality_id=pick.choice(MUNICIPALITIES), remote=pick.random() < 0.2,
        order_id=pick.randrange(1, 5000), heavy=pick.random() < 0.2)


def some(pick: random.Random, choices: range, most: int) -> frozenset[int]:
    return frozenset(pick.sample(choices, pick.randrange(most + 1)))


def candidate(expert_id: int, pick: random.Random) -> Candidate:
    trained = pick.random() < 0.6
    return Candidate(
        expert_id=expert_id, name=f"Expert {expert_id}",
        bank_status=pick.choices(STATUSES, (12, 6, 1))[0],
        restricted=pick.random() < 0.01,
        pauses=(Pause(TODAY - timedelta(days=20), None),) if pick.random() < 0.1 else (),
        closed_theme_ids=some(pick, THEMES, 2), avoided_organisation_ids=some(pick, range(1, 2000), 2),
        avoided_contact_ids=some(pick, range(1, 4000), 1),
        birth_date=None, birth_year=pick.randrange(1960, 2012), known_minor=None,
        guardian_consent=pick.random() < 0.7, load_limit=pick.choice((None, None, 2, 4)),
        commitments=tuple(commitment(pick) for _ in range(pick.randrange(6))),
        support_person="Minna H." if pick.random() < 0.9 else None,
        background_check_until=TODAY + timedelta(days=pick.randrange(-60, 180)),
        remote_only=pick.random() < 0.05, protected=pick.random() < 0.05,
        last_asked_on=TODAY - timedelta(days=pick.randrange(400)) if pick.random() < 0.8 else None,
        trainings=(Training("Silmu ry", 2023, None),) if trained else (),
        met_on=TODAY - timedelta(days=90) if pick.random() < 0.5 else None,
        themes=some(pick, THEMES, 6), viewpoints=some(pick, range(1, 8), 2), roles=some(pick, range(1, 9), 3),
        languages=frozenset(pick.sample(("fi", "sv", "en"), 2)), municipalities=some(pick, MUNICIPALITIES, 5))


def order() -> Need:
    days = [TODAY + timedelta(days=15 + 7 * week) for week in range(3)]
    return Need(
        order_id=5001, organisation_ids=frozenset({7, 70}), contact_ids=frozenset({11}),
        occasions=tuple(
            Occasion(day=day, start=time(9), end=time(11), municipality_id=1, remote=False) for day in days),
        on_site=True, heavy=True, background_check_needed=True, training_required_because="",
        themes={3: "aftercare", 4: "housing"}, viewpoints={1: "young person"}, roles={2: "developer"},
        languages={"fi": "Finnish"}, municipalities={1: "Jyväskylä"})


def main() -> None:
    pick = random.Random(SEED)
    need, experts = order(), [candidate(number, pick) for number in range(1, EXPERTS + 1)]
    seconds = []
    for _ in range(ROUNDS):
        start = perf_counter()
        ranking = rank(need, experts, TODAY, Settings())
        seconds.append(perf_counter() - start)
    print(f"{EXPERTS} experts ranked in {min(seconds):.3f} s (slowest of {ROUNDS}: {max(seconds):.3f} s)")
    print(f"can be asked {len(ranking.can_be_asked)}, not now {len(ranking.not_now)}")
    print(", ".join(f"{code} {number}" for code, number in counts(ranking).items()))
    if max(seconds) >= LIMIT_SECONDS:
        raise SystemExit(f"slower than {LIMIT_SECONDS} s")


if __name__ == "__main__":
    main()
