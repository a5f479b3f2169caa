"""Makes three registers as a coordinator keeps them, all invented, the same every time. Run to write them.

What is odd in them is listed row by row in ``EXPERT_ODDITIES``, ``ORDER_ODDITIES`` and ``INVOICE_ODDITIES``.
"""

import csv
import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

HERE = Path(__file__).parent
EXPERTS, ORDERS, INVOICES = 60, 80, 40
MADE = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - a workbook's property knows no zone
TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

GIVEN = (
    "Aino", "Anna-Kaisa", "Ville", "Noora", "Jean-Pierre", "Saga", "Otto", "Helmi", "Åsa", "Väinö",
    "Minttu", "Petteri", "Amina", "Oskari", "Katri",
)  # fmt: skip
SURNAMES = (
    "Korhonen", "Lehtonen", "af-Ursin", "O'Brien", "Salo", "Niemi", "Öhman", "Turunen", "Mäkelä", "Tran",
    "Heikkilä", "D'Souza", "Laine",
)  # fmt: skip
THEMES = ("jälkihuolto", "avohuolto", "väkivalta", "perhehoito", "sisarukset", "päihteet perheessä")
ROLES = ("kehittäjä", "arvioija", "työpari", "kokemuspuheenvuoro")
TOWNS = ("Joutsa", "Jkl", "Laukaa", "Äänekoski/Laukaa", "Multia", "jyväskylä ", "Keuruu")
UNITS = ("Lastenkoti Koivikko", "Jämsän lastensuojelu", "Lastensuojelun avohuolto, Jyväskylä", "Silmu ry")
HETU_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"

EXPERT_HEADINGS = (
    "Nro", "Nimi", "Synt.", "Puh", "Sähköposti", "Kunta", "Teemat", "Roolit", "Koulutettu", "Kouluttaja",
    "Koulutus pvm", "Tunnit", "Tilinumero", "Hetu", "Tukihenkilö", "Kielet", "Huom!",
)  # fmt: skip
ORDER_HEADINGS = (
    "Tilausnro", "Saapui", "Tilaaja", "Yhteyshenkilö", "Sähköposti", "Tilaisuus", "Teema", "Pvm", "Klo",
    "Kesto", "Paikka", "Kohderyhmä", "Montako", "Kuka meni", "Palkkio", "Km", "Tila", "Lasku nro", "Maksettu",
    "Palaute",
)  # fmt: skip
INVOICE_HEADINGS = (
    "Laskun nro", "Saapunut", "Nimi", "Tilaus", "Palkkio", "Km", "Muut kulut", "Yhteensä", "IBAN", "Viite",
    "Huom",
)  # fmt: skip

# Running number to the cells that differ from an ordinary row. A callable gets the ordinary row.
Change = dict[str, Any]
EXPERT_ODDITIES: dict[int, Change] = {
    2: {"Huom!": "tauolla kesään asti"},
    3: {"Huom!": "TURVAKIELTO", "Kunta": "ei kerrota"},
    4: {"Huom!": "vain etänä; soita iltapäivällä"},
    5: {"Huom!": "oma yksikkö Jämsä – ei sinne!"},
    6: {"Huom!": "ei halua puhua väkivallasta", "Teemat": "väkivalta, jälkihuolto"},
    7: {"Huom!": "alle 18, huoltajan lupa kysyttävä", "Synt.": "9.5.1990", "Hetu": ""},
    8: {"Huom!": "alle 18, huoltajan lupa kysyttävä", "Synt.": 2011.0, "Hetu": ""},
    9: {"Huom!": "ei palkkiota, vapaaehtoinen"},
    10: {"Huom!": "tuo oman koiran, puh. 040 123 4567"},
    11: {"Tilinumero": lambda row: changed_digit(row["Tilinumero"])},
    12: {"Tilinumero": lambda row: wrong_national_digit(row["Tilinumero"])},
    13: {"Hetu": lambda row: row["Hetu"][:-1] + ("A" if row["Hetu"][-1] != "A" else "B")},
    14: {"Hetu": lambda row: row["Hetu"][:6] + "A" + row["Hetu"][7:], "Synt.": "26.06.74"},
    15: {"Synt.": "1.2.1985", "Hetu": lambda _row: hetu_for(date(1985, 2, 3), 912)},
    16: {"Nimi": "Leevi", "Sähköposti": "leevi.laine@esimerkki.invalid"},
    17: {"Nimi": ""},
    18: {"Nimi": "=1+1"},
    19: {"Huom!": ("formula", '=HYPERLINK("http://esimerkki.invalid","katso")', "")},
    20: {"Tunnit": ("formula", "=20+20", 40)},
    21: {"Puh": "", "Sähköposti": ""},
    22: {"Puh": "040-12"},
    23: {"Sähköposti": "ei ole"},
    24: {"Synt.": "31.2.1990", "Hetu": ""},
    25: {"Synt.": "1.1.2030", "Hetu": ""},
    26: {"Koulutettu": "ehkä"},
    27: {"Kielet": "suomi, klingon"},
    28: {"Koulutettu": "ei", "Kouluttaja": "Silmu ry"},
    29: {"Synt.": "2010-03-04", "Hetu": ""},
    30: {"Puh": 401234567.0},
}
ORDER_ODDITIES: dict[int, Change] = {
    31: {"Tilausnro": "2025/31"},
    32: {"Tilausnro": "2025-001"},
    33: {"Tilausnro": "kevään luento"},
    34: {"Tilausnro": ""},
    35: {"Palkkio": "ei palkkiota"},
    36: {"Palkkio": "pullakahvit"},
    37: {"Klo": "aamukahvin jälkeen"},
    38: {"Kesto": "pitkään"},
    39: {"Tila": "peruttu", "Kuka meni": ""},
    40: {"Tila": "siirretty"},
    41: {"Tila": "hukassa"},
    42: {"Tila": "pidetty", "Pvm": "1.2.2030"},
    43: {"Tila": "maksettu", "Maksettu": ""},
    44: {"Kuka meni": "Noora Korhonen ja Otto Salo", "Montako": 2.0},
    45: {"Montako": 3.0},
    46: {"Paikka": "Teams", "Km": 86.0},
    47: {"Palaute": "=cmd|' /C calc'!A0"},
    48: {"Km": ("formula", "=43*2", 86)},
    49: {"Tila": ""},
    50: {"Tilaisuus": "rippikoulu"},
    51: {"Saapui": "lauantaina"},
    52: {"Klo": "14:00–15:30", "Kesto": "2"},
    60: {"same": 59},
}
INVOICE_ODDITIES: dict[int, Change] = {
    5: {"Yhteensä": "999,50"},
    6: {"Laskun nro": "704"},
    7: {"same": 4},
    8: {"IBAN": lambda row: changed_digit(row["IBAN"])},
    9: {"Viite": "RF18539007547034"},
    10: {"Viite": "RF17539007547034"},
    11: {"Viite": "12345672"},
    12: {"Viite": "12345671"},
    13: {"Tilaus": "2026/9"},
    14: {"Tilaus": "se syksyn keikka"},
    15: {"Saapunut": "4.1.2026", "Km": "100", "Palkkio": "50,00", "Muut kulut": "0,00", "Yhteensä": "109,00"},
    16: {"Palkkio": "=1+1"},
    17: {"Palkkio": ""},
    18: {"Saapunut": "27.12.2026"},
    19: {"Palkkio": "ei palkkiota", "Km": "20", "Muut kulut": "0,00", "Yhteensä": "11,00"},
    20: {"IBAN": ""},
    21: {"Huom": "kuitti puuttuu"},
    22: {"Palkkio": "75 €", "Km": "", "Muut kulut": "", "Yhteensä": "75"},
}


def make(folder: Path = HERE) -> None:
    """Write the three registers into ``folder``."""
    dice = random.Random(2026)
    experts = [odd(number, expert(dice, number), EXPERT_ODDITIES) for number in range(1, EXPERTS + 1)]
    experts += repeated_experts(experts)
    orders = with_same([odd(n, order(dice, n), ORDER_ODDITIES) for n in range(1, ORDERS + 1)])
    invoices = with_same([odd(n, invoice(dice, n), INVOICE_ODDITIES) for n in range(1, INVOICES + 1)])
    titles = (["Kokemusasiantuntijapankki – päivitetty viimeksi ???"], [])
    write_workbook(folder / "register-experts.xlsx", "Pankki", EXPERT_HEADINGS, experts, titles)
    write_workbook(folder / "register-orders.xlsx", "Tilaukset 2025-26", ORDER_HEADINGS, orders, ())
    with (folder / "register-invoices.csv").open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(INVOICE_HEADINGS)
        writer.writerows([row[heading] for heading in INVOICE_HEADINGS] for row in invoices)


def odd(number: int, row: Change, oddities: dict[int, Change]) -> Change:
    changes = oddities.get(number, {}).items()
    return row | {name: change(row) if callable(change) else change for name, change in changes}


def with_same(rows: list[Change]) -> list[Change]:
    return [rows[row["same"] - 1] if "same" in row else row for row in rows]


def expert(dice: random.Random, number: int) -> Change:
    given, surname = GIVEN[number % len(GIVEN)], SURNAMES[number % len(SURNAMES)]
    born = date(1966 + number % 38, 1 + number % 12, 1 + number % 28)
    trained = number % 3 != 0
    local = f"{given}.{surname}".lower().replace("'", "")
    return {
        "Nro": float(number),
        "Nimi": f"{given} {surname}" if number % 5 == 0 else f"{surname} {given}",
        "Synt.": (float(born.year), *dates(born))[number % 6],
        "Puh": phone(dice, number),
        "Sähköposti": f"{local}@esimerkki.invalid",
        "Kunta": TOWNS[number % len(TOWNS)],
        "Teemat": (", ", "; ", " / ")[number % 3].join(pick(dice, [t for t in THEMES if t != "väkivalta"])),
        "Roolit": ", ".join(pick(dice, ROLES)),
        "Koulutettu": ("kyllä", "K", "x", "1")[number % 4] if trained else ("ei", "-", "")[number % 9 // 3],
        "Kouluttaja": "Silmu ry" if trained else "",
        "Koulutus pvm": dates(date(2020 + number % 5, 5, 6))[number % 5] if trained else "",
        "Tunnit": 50.0 if trained else "",
        "Tilinumero": iban(dice, spaced=number % 2 == 0),
        "Hetu": hetu_for(born, 900 + number),
        "Tukihenkilö": f"Milla Jokinen, {UNITS[number % len(UNITS)]}" if number % 2 else "",
        "Kielet": ("fi/sv", "suomi, englanti", "viittomakieli", "fi")[number % 4],
        "Huom!": "",
    }


def repeated_experts(experts: list[Change]) -> list[Change]:
    """Three persons written a second time: name the other way round, another phone, and one bare year."""
    again = []
    for number in (40, 41, 42):
        row = experts[number - 1] | {"Nro": float(len(experts) + len(again) + 1), "Puh": ""}
        row["Nimi"] = " ".join(reversed(row["Nimi"].split()))
        again.append(row)
    again[0] |= {"Hetu": "", "Synt.": str(1966 + 40 % 38)}
    again[1] |= {"Tilinumero": ""}
    again[2] |= {"Hetu": "", "Tilinumero": "", "Synt.": date(1966 + 42 % 38, 1 + 42 % 12, 1 + 42 % 28)}
    return again


def order(dice: random.Random, number: int) -> Change:
    year = 2025 if number <= 50 else 2026
    came = date(year, 1, 5) + timedelta(days=number)
    held = came + timedelta(days=30)
    given, surname = GIVEN[number % len(GIVEN)], SURNAMES[number % len(SURNAMES)]
    kinds = ("luento", "paneeli", "työpaja", "VALTTI-arviointi", "ohjausryhmä", "ryhmän vetäjän työpari")
    return {
        "Tilausnro": f"{year}-{number:03d}",
        "Saapui": dates(came)[number % 5],
        "Tilaaja": UNITS[number % len(UNITS)],
        "Yhteyshenkilö": "Senni Kinnunen",
        "Sähköposti": f"tilaaja{number}@esimerkki.invalid",
        "Tilaisuus": kinds[number % len(kinds)],
        "Teema": ", ".join(pick(dice, THEMES)),
        "Pvm": dates(held)[(number + 2) % 5],
        "Klo": ("9-11", "klo 13", "14:00–15:30", "ip", "9.00")[number % 5],
        "Kesto": ("1h", "45min", "90 min", "1,5 t", "2")[number % 5],
        "Paikka": ("Joutsa", "Multia", "Keuruu")[number % 3],
        "Kohderyhmä": "nuoret 13–17 v",
        "Montako": 1.0,
        "Kuka meni": f"{given} {surname}" if number % 7 == 0 else f"{surname} {given}",
        "Palkkio": ("150€", "90,00 €", 75.0, "120,00")[number % 4],
        "Km": float(number % 4 * 12),
        "Tila": ("pidetty", "OK", "maksettu")[number % 3],
        "Lasku nro": float(500 + number),
        "Maksettu": dates(held + timedelta(days=20))[number % 5],
        "Palaute": ("4/5", "5", "kiitos!", "")[number % 4],
    }


def invoice(dice: random.Random, number: int) -> Change:
    fee, km, other = Decimal(50 + number % 3 * 25), number % 4 * 22, Decimal("4.50") * (number % 2)
    given, surname = GIVEN[number % len(GIVEN)], SURNAMES[number % len(SURNAMES)]
    return {
        "Laskun nro": str(700 + number),
        "Saapunut": f"{1 + number % 28}.{9 + number % 2}.2026",
        "Nimi": f"{given} {surname}" if number % 6 == 0 else f"{surname} {given}",
        "Tilaus": f"2026-{100 + number}",
        "Palkkio": comma(fee),
        "Km": str(km),
        "Muut kulut": comma(other),
        "Yhteensä": comma(fee + km * Decimal("0.55") + other),
        "IBAN": iban(dice, spaced=number % 2 == 1),
        "Viite": "",
        "Huom": "",
    }


def dates(day: date) -> tuple[date | str, ...]:
    """A day in the five ways it is written."""
    dotted = f"{day.day}.{day.month}.{day.year}"
    spaced = f"{day.day}.{day.month}. {day.year}"
    return day, day.isoformat(), dotted, spaced, f"{day:%d.%m.%y}"


def phone(dice: random.Random, number: int) -> str:
    front, back = f"04{number % 10}", f"{dice.randrange(10**7):07d}"
    spaced = f"{front} {back[:3]} {back[3:]}"
    return (spaced, f"{front}-{back}", f"{front}/{back}", f"+358{front[1:]}{back}", front + back)[number % 5]


def pick(dice: random.Random, words: Any) -> list[str]:
    return dice.sample(list(words), dice.randint(1, 3))


def comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def iban(dice: random.Random, *, spaced: bool) -> str:
    base = f"9{dice.randrange(10**12):012d}"
    return grouped(with_check_digits(base + luhn(base)), spaced=spaced)


def with_check_digits(bban: str) -> str:
    return f"FI{98 - int(bban + '151800') % 97:02d}{bban}"


def grouped(code: str, *, spaced: bool) -> str:
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4)) if spaced else code


def luhn(digits: str) -> str:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def changed_digit(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def wrong_national_digit(code: str) -> str:
    bban = code.replace(" ", "")[4:]
    return with_check_digits(changed_digit(bban))


def hetu_for(born: date, individual: int) -> str:
    number = f"{born:%d%m%y}{individual:03d}"
    return f"{born:%d%m%y}{'-' if born.year < 2000 else 'A'}{individual:03d}{HETU_SIGNS[int(number) % 31]}"


def write_workbook(
    path: Path, sheet_name: str, headings: tuple[str, ...], rows: list[Change], titles: tuple[list[str], ...]
) -> None:
    with Workbook(path, TEXT_ONLY) as book:
        book.set_properties({"created": MADE})
        sheet = book.add_worksheet(sheet_name)
        day = book.add_format({"num_format": "d.m.yyyy"})
        lines = [*titles, list(headings), *([row[heading] for heading in headings] for row in rows)]
        for at, line in enumerate(lines):
            for column, value in enumerate(line):
                write_cell(sheet, at, column, value, day)
        sheet.write(len(lines) + 1, 0, "Yhteensä")
        sheet.write_formula(len(lines) + 1, 1, f"=COUNTA(B2:B{len(lines)})", None, len(rows))
        book.add_worksheet("Vanhat (älä koske)").write(0, 0, "poistuneet 2019–2022 siirretty paperille")


def write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    match value:
        case "":
            return
        case date():
            sheet.write_datetime(row, column, value, day)
        case float():
            sheet.write_number(row, column, value)
        case ("formula", formula, shown):
            sheet.write_formula(row, column, formula, None, shown)
        case _:
            sheet.write_string(row, column, value)


if __name__ == "__main__":
    make()
