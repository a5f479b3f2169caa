"""How a demo makes itself visible: outreach, communications, stories told; background work."""

from datetime import timedelta

from jobs.demo_book import Went
from jobs.demo_world import World
from models import Absence, Communication, Consent, Job, Outreach, Story
from models.outreach import outreach_organisation
from rules.choices import Channel, ConsentKind, StoryForm

VISITS, LETTERS = 44, 5
AUDIENCES = ("tiimi", "koko henkilöstö", "esihenkilöt", "opiskelijat")
PUBLISHED = (
    ("Tilaa kokemusasiantuntija tiimiisi", Channel.INTRANET), ("Syksyn koulutukset alkavat", Channel.NEWSLETTER),
    ("Mitä kuulimme keväällä", Channel.NEWSLETTER), ("Nuorten kehittäjäryhmä etsii jäseniä", Channel.EVENT),
    ("Kokemustieto muutti saapumisillan", Channel.MEDIA), ("Palkkiot ja matkat selkeästi", Channel.INTRANET),
    ("Avoimet ovet perhekeskuksessa", Channel.EVENT), ("Vuosi lukuina", Channel.NEWSLETTER),
    ("Tukihenkilön muistilista", Channel.INTRANET), ("Terveiset ohjausryhmästä", Channel.EMAIL),
)
JOBS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("start", "finish"), 100), (("start", "finish"), 100), (("start", "fail"), 40), (("start",), 60), ((), 0))


def add_visibility(world: World) -> None:
    """Outreach to most units (some are never reached), communications, stories."""
    book, reached = world.book, world.units[:-9]
    for _ in range(VISITS):
        day = world.later(world.ago(5, 700), 0, 0)
        unit = world.pick(reached)
        visit = book.add(Outreach, day, on=day, audience=world.pick(AUDIENCES),
                         channel=world.pick((Channel.VISIT, Channel.VISIT, Channel.EVENT, Channel.EMAIL)),
                         reached=world.rng.randint(4, 35), material=world.pick(("esite", "diat", "")))
        book.link(outreach_organisation, visit.id, unit.id)
    for place in range(LETTERS):
        day = world.later(world.today - timedelta(30 + 120 * place), 0, 0)
        letter = book.add(Outreach, day, on=day, audience="lastensuojelun työntekijät", channel=Channel.NEWSLETTER,
                          material="uutiskirje")
        for unit in reached[place % 3::3]:
            book.link(outreach_organisation, letter.id, unit.id)
    for place, (title, channel) in enumerate(PUBLISHED):
        day = world.later(world.today - timedelta(65 * place + 9), 0, 3)
        book.add(Communication, day, on=day, channel=channel, title=title, audience="lastensuojelun työntekijät")
    publishing = {c.expert_id: c for c in book.of(Consent) if c.kind is ConsentKind.PUBLISHING}
    for expert_id, consent in list(publishing.items())[:12]:
        day = world.later(max(consent.given_on, world.ago(30, 500)), 5, 20)
        book.add(Story, day, on=day, form=world.pick(list(StoryForm)), expert_id=expert_id,
                 where_told=world.pick(("kehittäjäryhmä", "podcast", "perhekeskus")), consent_id=consent.id)
    _jobs(world)
    week = timedelta(7)
    book.add(Absence, book.latest, user_id=world.users["coordinator"].id, starts_on=world.today + week,
             ends_on=world.today + 2 * week)


def _jobs(world: World) -> None:
    coordinator = world.users["coordinator"]
    for place, (road, progress) in enumerate(JOBS):
        made = world.today - timedelta(2 + place)
        world.book.add_after(
            Job, made, [Went(verb, made, coordinator) for verb in road], kind="export", owner_id=coordinator.id,
            progress=progress)
