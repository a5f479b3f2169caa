"""Fee rates, kilometre rates and income types of a demo, dated, and looking them up."""

from datetime import date
from decimal import Decimal

from jobs.demo_world import World
from models import FeeRate, IncomeType, KilometreRate, PayingAccount
from rules.choices import FeeUnit, LineKind, OrderKind, PaymentKind

HOUR, EVENT, HALF_DAY = FeeUnit.HOUR, FeeUnit.EVENT, FeeUnit.HALF_DAY
FEES = {
    OrderKind.TALK: (EVENT, 110, 120), OrderKind.PANEL: (EVENT, 90, 100), OrderKind.WORKSHOP: (HALF_DAY, 140, 150),
    OrderKind.LISTENING: (EVENT, 70, 75), OrderKind.INTERVIEW: (HOUR, 28, 30), OrderKind.WORKING_GROUP: (HOUR, 28, 30),
    OrderKind.RECRUITMENT: (HALF_DAY, 140, 150), OrderKind.WORK_PAIR: (HOUR, 32, 35),
    OrderKind.ONBOARDING_DAY: (HALF_DAY, 140, 150), OrderKind.OTHER: (HOUR, 28, 30),
}
BEFORE, UNTIL, SINCE = date(2024, 1, 1), date(2025, 12, 31), date(2026, 1, 1)
KILOMETRES = (("0.57", 2024, True), ("0.59", 2025, True), ("0.55", 2026, False))
WAGE, BACK = PaymentKind.WAGE, PaymentKind.REIMBURSEMENT
INCOME_TYPES = (
    ("214", "Luentopalkkio", LineKind.FEE, OrderKind.TALK, WAGE),
    ("210", "Kokouspalkkio", LineKind.FEE, None, WAGE),
    ("201", "Aikapalkka", LineKind.FEE, OrderKind.WORK_PAIR, WAGE),
    ("336", "Työkorvaus", LineKind.FEE, OrderKind.OTHER, PaymentKind.COMPENSATION),
    ("311", "Kilometrikorvaus", LineKind.KILOMETRES, None, BACK),
    ("303", "Ateriakorvaus", LineKind.MEAL, None, BACK),
    ("KULU", "Kulut tositteen mukaan", LineKind.OTHER, None, BACK),
    ("SAATTAJA", "Saattajan kulut", LineKind.COMPANION, None, BACK),
)
MEAL = Decimal("13.25")


def add_rates(world: World) -> None:
    """Two years' fee rates, the kilometre allowance of each year, income types, the account that is paid from."""
    book = world.book
    for kind, (unit, before, now) in FEES.items():
        book.add(FeeRate, BEFORE, kind=kind, unit=unit, amount=Decimal(before), valid_from=BEFORE, valid_until=UNTIL,
                 decided_by="Lautakunta")
        book.add(FeeRate, SINCE, kind=kind, unit=unit, amount=Decimal(now), valid_from=SINCE, decided_by="Lautakunta")
    for amount, year, over in KILOMETRES:
        book.add(KilometreRate, date(year, 1, 1), amount=Decimal(amount), valid_from=date(year, 1, 1),
                 valid_until=date(year, 12, 31) if over else None)
    book.add(PayingAccount, BEFORE, name="Keski-Suomen hyvinvointialue", iban="FI2112345600000785", bic="NDEAFIHH",
             agreement="MALLI-0001")
    for code, name, line_kind, event_kind, payment_kind in INCOME_TYPES:
        world.income_types[code] = book.add(
            IncomeType, BEFORE, code=code, name=name, line_kind=line_kind, event_kind=event_kind,
            payment_kind=payment_kind, valid_from=BEFORE)


def fee_on(kind: OrderKind, day: date) -> tuple[FeeUnit, Decimal]:
    """The unit and the fee of an event of ``kind`` held on ``day``."""
    unit, before, now = FEES.get(kind, FEES[OrderKind.OTHER])
    return unit, Decimal(now if day >= SINCE else before)


def kilometre_price(day: date) -> Decimal:
    """The allowance of the year; the newest known one for later years, the oldest for earlier ones."""
    prices = {year: Decimal(amount) for amount, year, _ in KILOMETRES}
    return prices[min(max(day.year, min(prices)), max(prices))]
