"""Short lists, municipalities, organisations with their workers, and who trains. Only a structure has a real name."""

from datetime import date, timedelta
from typing import Any, TypeVar

from jobs.demo_names import Names, address_of, business_id
from jobs.demo_onboarding import add_points
from jobs.demo_world import World
from models import (
    Contact,
    ExistingStructure,
    Municipality,
    Organisation,
    Programme,
    SpokenLanguage,
    Task,
    Theme,
    Trainer,
    Viewpoint,
)
from models.reference import Listed
from rules.choices import OrganisationKind

L = TypeVar("L", bound=Listed)
COUNTY, HOME, NGO = OrganisationKind.COUNTY_UNIT, OrganisationKind.RESIDENTIAL, OrganisationKind.NGO
SCHOOL, COMPANY, REGIONAL = OrganisationKind.SCHOOL, OrganisationKind.COMPANY, OrganisationKind.REGIONAL
BEGAN = 760
"""So many days ago the demo began to be kept."""

TOWNS = (
    ("Jyväskylä",), ("Hankasalmi",), ("Joutsa",), ("Jämsä",), ("Kannonkoski",), ("Karstula",), ("Keuruu", "Keuru"),
    ("Kinnula",), ("Kivijärvi",), ("Konnevesi",), ("Kyyjärvi",), ("Laukaa", "Laukas"), ("Luhanka", "Luhango"),
    ("Multia",), ("Muurame",),
    ("Petäjävesi",), ("Pihtipudas",), ("Saarijärvi",), ("Toivakka",), ("Uurainen",), ("Viitasaari",), ("Äänekoski",),
)
THEMES = (
    ("avohuolto", "öppenvård", "open care"),
    ("sijaishuolto", "vård utom hemmet", "substitute care"),
    ("jälkihuolto", "eftervård", "aftercare"),
    ("huostaanotto", "omhändertagande", "taking into care"),
    ("kiireellinen sijoitus", "brådskande placering", "urgent placement"),
    ("perhehoito", "familjevård", "foster care"),
    ("laitoshoito", "institutionsvård", "institutional care"),
    ("päihteet perheessä", "missbruk i familjen", "substance use in the family"),
    ("väkivalta", "våld", "violence"),
    ("mielenterveys", "psykisk hälsa", "mental health"),
    ("sisarukset", "syskon", "siblings"),
    ("koulunkäynti", "skolgång", "schooling"),
    ("vertaistuki", "kamratstöd", "peer support"),
    ("asuminen ja itsenäistyminen", "boende och självständighet", "housing and independence"),
    ("maahanmuuttajatausta", "invandrarbakgrund", "immigrant background"),
    ("vammaisuus", "funktionsnedsättning", "disability"),
)
HEAVY = {"päihteet perheessä", "väkivalta"}
VIEWPOINTS = (
    ("sijoitettu nuori", "placerad ung", "young person in care"),
    ("jälkihuollon nuori", "ung i eftervård", "young person in aftercare"),
    ("vanhempi", "förälder", "parent"),
    ("läheinen", "närstående", "relative"),
    ("sijaisvanhemman lapsi", "familjehemsförälders barn", "child of a foster parent"),
)
TASKS = (
    ("kokemuspuheenvuoro", "erfarenhetstal", "talk"),
    ("kehittäjä", "utvecklare", "developer"),
    ("arvioija", "utvärderare", "evaluator"),
    ("ryhmänohjaaja", "gruppledare", "group leader"),
    ("työpari", "arbetspar", "work pair"),
    ("haastateltava", "intervjuperson", "interviewee"),
    ("rekrytoinnin tuki", "stöd vid rekrytering", "recruitment support"),
)
LANGUAGES = (
    ("suomi", "finska", "Finnish"), ("ruotsi", "svenska", "Swedish"), ("englanti", "engelska", "English"),
    ("viittomakieli", "teckenspråk", "sign language"), ("ukraina", "ukrainska", "Ukrainian"),
    ("arabia", "arabiska", "Arabic"), ("venäjä", "ryska", "Russian"),
)
MANTYRINNE, KETTUKALLIO = "Nuorisokoti Mäntyrinne", "Kettukallio ry"
UNITS = (
    (MANTYRINNE, HOME, "Jyväskylä"), ("Jälkihuollon tiimi", COUNTY, "Jyväskylä"),
    ("Lastensuojelun avohuolto, Jyväskylä", COUNTY, "Jyväskylä"), ("Sijaishuollon sosiaalityö", COUNTY, "Jyväskylä"),
    ("Lastensuojelun päivystystiimi", COUNTY, "Jyväskylä"), ("Jämsän lastensuojelu", COUNTY, "Jämsä"),
    ("Keuruun sosiaaliasema", COUNTY, "Keuruu"), ("Saarijärven perhepalvelut", COUNTY, "Saarijärvi"),
    ("Äänekosken perhekeskus", COUNTY, "Äänekoski"), ("Viitasaaren perhetiimi", COUNTY, "Viitasaari"),
    ("Laukaan lastensuojelu", COUNTY, "Laukaa"), ("Muuramen perhepalvelut", COUNTY, "Muurame"),
    ("Joutsan lähipalvelut", COUNTY, "Joutsa"), ("Perhehoidon tuki", COUNTY, "Jyväskylä"),
    ("Nuorten vastaanottokoti", HOME, "Jyväskylä"), ("Lastenkoti Koivikko", HOME, "Laukaa"),
    ("Lastenkoti Kuusela Oy", HOME, "Äänekoski"), ("Nuorisokoti Tuulenpesä", HOME, "Jämsä"),
    ("Pienryhmäkoti Lumikki", HOME, "Keuruu"), ("Perhekoti Satakieli", HOME, "Petäjävesi"),
    ("Perhetukikeskus Aallokko", HOME, "Jyväskylä"), ("Vastaanottoperheiden verkosto", HOME, "Uurainen"),
    ("Silmu ry", NGO, "Jyväskylä"), ("Lastenaitta ry", NGO, "Saarijärvi"), ("Perheiden Majakka ry", NGO, "Jyväskylä"),
    ("Sijaisperheiden Tupa ry", NGO, "Muurame"), ("Nuorten Talo ry", NGO, "Äänekoski"),
    ("Järvimaan ammattiopisto", SCHOOL, "Jyväskylä"), ("Harjun ammattikorkeakoulu", SCHOOL, "Jyväskylä"),
    ("Järvimaan yliopisto, sosiaalityö", SCHOOL, "Jyväskylä"), ("Lukion opiskeluhuolto", SCHOOL, "Viitasaari"),
    ("Perhekuntoutus Polku Oy", COMPANY, "Hankasalmi"), ("Avopalvelu Ankkuri Oy", COMPANY, "Jyväskylä"),
    ("Työnohjaus Tyyni Oy", COMPANY, "Jyväskylä"), ("Seurakunnan nuorisotyö", REGIONAL, "Jyväskylä"),
    ("Nuorisopalvelut Ranta", REGIONAL, "Pihtipudas"), ("Alueen nuorisovaltuusto", REGIONAL, "Karstula"),
)
TRAINERS = ((KETTUKALLIO, "Jyväskylä"), ("Kokemuskoulu Kide ry", "Jyväskylä"), ("Oppimispaja Otava ry", "Jämsä"))
PROGRAMMES = (
    (KETTUKALLIO, "Lastensuojelun kokemusasiantuntijakoulutus", 50, 3),
    (KETTUKALLIO, "Ryhmänohjaajan lisäkoulutus", 16, None),
    ("Kokemuskoulu Kide ry", "Nuorten kokemusasiantuntijakoulutus", 60, 5),
    ("Oppimispaja Otava ry", "Vanhempien kokemusasiantuntijakoulutus", 40, None),
    ("Silmu ry", "Silmun vertaisohjaajakoulutus", 30, 2),
)
TITLES = {
    COUNTY: ("sosiaalityöntekijä", "sosiaaliohjaaja", "johtava sosiaalityöntekijä", "palveluesihenkilö"),
    HOME: ("ohjaaja", "vastaava ohjaaja", "yksikön johtaja"), NGO: ("toiminnanjohtaja", "projektityöntekijä"),
    SCHOOL: ("lehtori", "kuraattori"), COMPANY: ("palvelupäällikkö", "perhetyöntekijä"),
    REGIONAL: ("nuorisotyöntekijä", "suunnittelija"),
}
STRUCTURES = (
    ("VALTTI", "Pesäpuu ry", "Sijaishuollon vertaisarviointi, jossa nuoret arvioivat sijaishuoltopaikkoja.",
     "Tilataan Pesäpuusta sähköpostilla", 80),
    ("Järjestöjen vertaistukiryhmät", "Perheiden Majakka ry", "Vanhempien avoimet vertaistukiryhmät.",
     "Majakan toimisto, ilmoittautumista ei tarvita", 120),
    ("Sijaisperheiden mentorointi", "Sijaisperheiden Tupa ry", "Kokeneet sijaisperheet uusien tukena.",
     "Tuvan mentorivastaava", None),
)


def add_places(world: World, names: Names) -> None:
    """Reference lists, organisations of every kind, workers, training organisations and existing structures."""
    world.towns = _listed(world, Municipality, TOWNS)
    world.themes = _listed(world, Theme, THEMES)
    world.viewpoints = _listed(world, Viewpoint, VIEWPOINTS)
    world.tasks = _listed(world, Task, TASKS)
    world.languages = _listed(world, SpokenLanguage, LANGUAGES)
    add_points(world, _began(world))
    towns = {town.name: town.id for town in world.towns}
    for name, kind, town in UNITS:
        _organisation(world, names, name, kind, towns[town], trains=name == "Silmu ry")
    for name, town in TRAINERS:
        _organisation(world, names, name, NGO, towns[town], trains=True, places_orders=False)
    for name, owner, what, contact, count in STRUCTURES:
        world.book.add(ExistingStructure, world.ago(500, 700), name=name, owner=owner, what=what, contact=contact,
                       yearly_count=count, reviewed_on=world.ago(60, 400) if count else world.today - timedelta(400))


def add_training(world: World, names: Names) -> None:
    """Programmes and trainers; the account of the trainer belongs to one of them."""
    for name, programme, hours, years in PROGRAMMES:
        world.programmes.append(world.book.add(
            Programme, _began(world), name=programme, organisation_id=world.organisations[name].id, hours=hours,
            valid_years=years))
    user = world.users["trainer"]
    for place, name in enumerate((KETTUKALLIO, *(name for name, _ in TRAINERS), "Silmu ry")):
        own = place == 0
        worker = user.name if own else names.worker()
        world.book.add(Trainer, _began(world), name=worker, organisation_id=world.organisations[name].id,
                       email=user.email if own else address_of(worker), phone=names.phone(),
                       user_id=user.id if own else None)


def _began(world: World) -> date:
    return world.today - timedelta(BEGAN)


def _listed(world: World, model: type[L], entries: tuple[tuple[str, ...], ...]) -> list[L]:
    found = []
    for entry in entries:
        more = {"heavy": entry[0] in HEAVY} if model is Theme else {}
        name, name_sv, name_en = (*entry, "", "")[:3]
        found.append(world.book.add(model, _began(world), name=name, name_sv=name_sv, name_en=name_en, **more))
    return found


def _organisation(
    world: World, names: Names, name: str, kind: OrganisationKind, town: int, **more: Any,
) -> None:
    number = len(world.organisations) + 1
    is_private = kind in (COMPANY, NGO) or name.endswith("Oy")
    made = world.book.add(
        Organisation, _began(world), name=name, kind=kind, municipality_id=town, phone=names.phone(),
        email=address_of(name.replace(",", ""), "yksikko"), cost_centre=f"44{number:02}" if kind is COUNTY else "",
        hosts_groups=kind is NGO, business_id=business_id(number * 37) if is_private else "",
        einvoice_address=f"0037{business_id(number * 37).replace('-', '')}" if is_private else "", **more)
    world.organisations[name] = made
    for _ in range(world.rng.randint(1, 3)):
        worker = names.worker()
        world.contacts.setdefault(made.id, []).append(world.book.add(
            Contact, _began(world), name=worker, organisation_id=made.id, title=world.pick(TITLES[kind]),
            email=address_of(worker), phone=names.phone(), active=not world.chance(4)))
