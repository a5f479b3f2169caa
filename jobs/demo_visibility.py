"""How a demo makes itself visible: outreach, communications, stories told; requests, messages and background work."""

from datetime import timedelta

from jobs.demo_book import Went
from jobs.demo_names import Names, address_of
from jobs.demo_world import World
from models import Communication, Consent, Job, Message, Outreach, Request, Story
from rules.choices import Channel, ConsentKind, StoryForm

VISITS = 44
AUDIENCES = ("tiimi", "koko henkilöstö", "esihenkilöt", "opiskelijat")
PUBLISHED = (
    ("Tilaa kokemusasiantuntija tiimiisi", Channel.INTRANET), ("Syksyn koulutukset alkavat", Channel.NEWSLETTER),
    ("Mitä kuulimme keväällä", Channel.NEWSLETTER), ("Nuorten kehittäjäryhmä etsii jäseniä", Channel.EVENT),
    ("Kokemustieto muutti saapumisillan", Channel.MEDIA), ("Palkkiot ja matkat selkeästi", Channel.INTRANET),
    ("Avoimet ovet perhekeskuksessa", Channel.EVENT), ("Vuosi lukuina", Channel.NEWSLETTER),
    ("Tukihenkilön muistilista", Channel.INTRANET), ("Terveiset ohjausryhmästä", Channel.EMAIL),
)
WISHES = (
    ("Toivomme nuoren kokemuspuheenvuoroa tiimipäivään.", ()),
    ("Haemme vanhemman näkökulmaa perehdytykseen.", ()),
    ("Paneeli jälkihuollosta opiskelijoille.", ()),
    ("Työpari perhetyön ryhmään.", ("confirm",)), ("Haastattelu opinnäytetyöhön.", ("confirm",)),
    ("Luento seminaarissa.", ("expire",)), ("Mainoskuvaus.", ("refuse",)),
)
MESSAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Vahvistus tilaisuudesta", ("queue", "deliver")), ("Käytännön asiat ja saapuminen", ("queue", "deliver")),
    ("Aika vaihtui", ("queue", "deliver")), ("Palautelomake", ("queue", "deliver")),
    ("Etsimme vielä sopivaa kokemusasiantuntijaa", ("queue", "deliver")), ("Muistutus huomisesta", ("queue",)),
    ("Kysymykset ennakkoon", ()), ("Etäyhteyden osoite", ()), ("Palautelomake", ("queue", "fail")),
    ("Kiitos", ("queue", "fail", "queue", "deliver")), ("Turha muistutus", ("discard",)),
)
JOBS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("start", "finish"), 100), (("start", "finish"), 100), (("start", "fail"), 40), (("start",), 60), ((), 0))


def add_visibility(world: World, names: Names) -> None:
    """Outreach to most units (some are never reached), communications, stories."""
    book, reached = world.book, world.units[:-9]
    for _ in range(VISITS):
        day = world.later(world.ago(5, 700), 0, 0)
        unit = world.pick(reached)
        book.add(Outreach, day, on=day, organisation_id=unit.id, audience=world.pick(AUDIENCES),
                 channel=world.pick((Channel.VISIT, Channel.VISIT, Channel.EVENT, Channel.EMAIL)),
                 reached=world.rng.randint(4, 35), material=world.pick(("esite", "diat", "")))
    for place, (title, channel) in enumerate(PUBLISHED):
        day = world.later(world.today - timedelta(65 * place + 9), 0, 3)
        book.add(Communication, day, on=day, channel=channel, title=title, audience="lastensuojelun työntekijät")
    publishing = {c.expert_id: c for c in book.of(Consent) if c.kind is ConsentKind.PUBLISHING}
    for expert_id, consent in list(publishing.items())[:12]:
        day = world.later(max(consent.given_on, world.ago(30, 500)), 5, 20)
        book.add(Story, day, on=day, form=world.pick(list(StoryForm)), expert_id=expert_id,
                 where_told=world.pick(("kehittäjäryhmä", "podcast", "perhekeskus")), consent_id=consent.id)
    _requests(world, names)
    _messages(world)
    _jobs(world)


def _requests(world: World, names: Names) -> None:
    coordinator = world.users["coordinator"]
    for wish, road in WISHES:
        came = world.ago(1, 5) if not road else world.ago(30, 120)
        unit, who = world.pick(world.units), names.worker()
        steps = [Went(verb, world.later(came, 2, 6), coordinator, "Ei kuulu toimintaan" if verb == "refuse" else "")
                 for verb in road]
        order = next((o for o in world.orders if o.received_on >= came), None) if road == ("confirm",) else None
        world.book.add_after(
            Request, came, steps, organisation_name=unit.name, contact_name=who, email=address_of(who),
            phone=names.phone(), wish=wish, wished_on=world.ahead(20, 60), order_id=order.id if order else None)


def _messages(world: World) -> None:
    coordinator = world.users["coordinator"]
    for place, (title, road) in enumerate(MESSAGES * 2):
        order = world.orders[-1 - place * 3]
        contact = world.contacts[order.organisation_id][0]
        made = world.later(order.received_on, 1, 6)
        world.book.add_after(
            Message, made, [Went(verb, made, coordinator) for verb in road], by=coordinator, order_id=order.id,
            to=contact.email, subject_line=f"{title}: {order.number}",
            body=f"Hei {contact.name.split()[0]},\n\n{title.lower()}.\n\nYstävällisesti\n{coordinator.name}")


def _jobs(world: World) -> None:
    coordinator = world.users["coordinator"]
    for place, (road, progress) in enumerate(JOBS):
        made = world.today - timedelta(2 + place)
        world.book.add_after(
            Job, made, [Went(verb, made, coordinator) for verb in road], kind="export", owner_id=coordinator.id,
            progress=progress)
