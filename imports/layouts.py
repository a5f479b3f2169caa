"""The headings by which each register is known. What the cells below them mean stands elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.wording import N_


@dataclass(frozen=True)
class Layout:
    """Field to its possible headings, folded; a sheet with all ``required`` fields is such a register."""

    name: str
    headings: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]


EXPERTS = Layout(
    N_("a register of experts"),
    {
        "running": ("nro", "nr", "no"),
        "name": ("nimi", "namn", "name"),
        "birth": ("synt", "syntymäaika", "syntynyt", "född", "born"),
        "phone": ("puh", "puhelin", "puhelinnumero", "gsm", "telefon", "phone"),
        "email": ("sähköposti", "email", "eposti", "epost", "sposti"),
        "municipality": ("kunta", "paikkakunta", "kotikunta", "kommun", "municipality"),
        "themes": ("teemat", "teema", "aiheet", "teman", "themes"),
        "roles": ("roolit", "rooli", "tehtävät", "roller", "roles"),
        "trained": ("koulutettu", "koulutus", "utbildad", "trained"),
        "trainer": ("kouluttaja", "koulutusorganisaatio", "utbildare", "trainer"),
        "trained_on": ("koulutuspvm", "koulutuspäivä", "utbildningsdatum", "trainedon"),
        "hours": ("tunnit", "tuntia", "timmar", "hours"),
        "iban": ("tilinumero", "iban", "tili", "kontonummer"),
        "identity_code": ("hetu", "henkilötunnus", "personbeteckning"),
        "support": ("tukihenkilö", "stödperson", "supportperson"),
        "languages": ("kielet", "kieli", "språk", "languages"),
        "note": ("huom", "huomautus", "huomiot", "muuta", "obs", "note"),
    },
    required=("name", "birth"),
)
ORDERS = Layout(
    N_("a list of orders"),
    {
        "number": ("tilausnro", "tilausnumero", "tilaus", "beställningsnr"),
        "received_on": ("saapui", "saapunut", "tilattu", "inkom"),
        "organisation": ("tilaaja", "yksikkö", "beställare", "orderer"),
        "contact": ("yhteyshenkilö", "kontaktperson", "contact"),
        "email": ("sähköposti", "email", "epost"),
        "event": ("tilaisuus", "tehtävä", "tillställning", "event"),
        "themes": ("teema", "teemat", "aihe", "tema", "themes"),
        "day": ("pvm", "päivä", "päivämäärä", "datum", "date"),
        "time": ("klo", "kello", "aika", "kl", "time"),
        "length": ("kesto", "längd", "duration"),
        "place": ("paikka", "plats", "place"),
        "audience": ("kohderyhmä", "målgrupp", "audience"),
        "places": ("montako", "määrä", "antal", "howmany"),
        "people": ("kukameni", "kuka", "asiantuntija", "vem", "expert"),
        "fee": ("palkkio", "arvode", "fee"),
        "km": ("km", "kilometrit", "kilometer"),
        "state": ("tila", "status", "läge", "state"),
        "invoice_number": ("laskunro", "laskunnro", "laskunumero", "fakturanr"),
        "paid_on": ("maksettu", "maksupäivä", "betald", "paid"),
        "feedback": ("palaute", "respons", "feedback"),
    },
    required=("number", "organisation", "day"),
)
INVOICES = Layout(
    N_("a list of invoices"),
    {
        "number": ("laskunnro", "laskunro", "laskunumero", "fakturanr"),
        "received_on": ("saapunut", "saapui", "inkom"),
        "name": ("nimi", "namn", "name"),
        "order_number": ("tilaus", "tilausnro", "tilausnumero", "beställning"),
        "fee": ("palkkio", "arvode", "fee"),
        "km": ("km", "kilometrit", "kilometer"),
        "other": ("muutkulut", "kulut", "övrigakostnader", "othercosts"),
        "total": ("yhteensä", "summa", "totalt", "total"),
        "iban": ("iban", "tilinumero", "tili", "kontonummer"),
        "reference": ("viite", "viitenumero", "referens", "reference"),
        "note": ("huom", "huomautus", "obs", "note"),
    },
    required=("number", "name", "fee", "total"),
)
LAYOUTS = (EXPERTS, ORDERS, INVOICES)
