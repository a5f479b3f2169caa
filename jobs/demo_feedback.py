"""What was said after the events of a demo and what was learned from it. Nobody can be recognised in a text."""

from collections.abc import Sequence
from datetime import timedelta

from jobs.demo_assignments import Days
from jobs.demo_book import Went
from jobs.demo_plans import Plan
from jobs.demo_world import World
from models import Assignment, Feedback, Insight, Order
from models.order import order_theme
from rules.choices import FeedbackBy
from rules.states import AssignmentStatus, InsightStatus

FROM_ORDERERS = (
    "Puheenvuoro pysäytti koko tiimin. Keskustelu jatkui vielä kahvitauolla.",
    "Aika loppui kesken, ensi kerralla varaamme puoli tuntia lisää.",
    "Saimme kolme asiaa, jotka muutamme heti vastaanottotilanteessa.",
    "Opiskelijat kokivat tämän lukukauden tärkeimmäksi tunniksi.",
    "Selkeä ja lämmin. Ennakkokysymykset auttoivat.",
    "",
)
FROM_EXPERTS = (
    "Kysymyksiä olisi saanut tulla ennakkoon.", "Oli hyvä, että tukihenkilö oli mukana.",
    "Tuntui, että kuunneltiin oikeasti.", "Jännitti, mutta jäi hyvä mieli.", "Tila oli aika meluisa.", "",
)
COORDINATOR = "Sovittiin, että yksikkö lähettää kysymykset viikkoa ennen."
ACTIONS = ("Yksikkö lisäsi ennakkokysymykset tilauspohjaan.", "Palaute käyty läpi tiimissä.", "", "")
LEARNED = (
    "Ensimmäinen ilta sijaishuoltopaikassa jää mieleen: moni toivoo, että joku istuu vieressä.",
    "Jälkihuollon yhteyshenkilön vaihtuminen tuntuu uudelta alulta joka kerta.",
    "Asiakassuunnitelma jää vieraaksi, jos sitä ei lueta yhdessä.",
    "Sisarusten tapaamisista pitäisi sopia heti sijoituksen alussa.",
    "Vanhemmat toivovat yhtä numeroa, josta vastataan myös iltaisin.",
    "Koulussa toivotaan, että sijoituksesta kerrotaan vain nuoren luvalla.",
    "Tulkin vaihtuminen kesken asian katkaisee luottamuksen.",
    "Itsenäistymisen rahasta halutaan puhua jo vuotta ennen.",
    "Kirjaukset tuntuvat omilta, kun niistä keskustellaan ennen tallentamista.",
    "Kiireellisessä sijoituksessa tarvitaan paperille kirjoitettu seuraava askel.",
    "Vertainen ensimmäisessä tapaamisessa madaltaa kynnystä kysyä.",
    "Tukiperheen valinnassa lapsi haluaa tavata perheen kahdesti ennen päätöstä.",
)
ANSWERED = (
    "Otimme käyttöön saapumisillan vastuuohjaajan.", "Lisäsimme asian perehdytyslistaan.",
    "Kokeilemme syksyn ajan, arvio joulukuussa.",
)
TOLD_BACK = "Kertomasi muutti saapumisillan ohjetta."
MONTH = timedelta(30)
LOW = 2


def add_feedback(
    world: World, plan: Plan, order: Order, days: Days, assignments: Sequence[Assignment],
) -> None:
    """The orderer's feedback when the plan has one, that of most experts, now and then the coordinator's."""
    book = world.book
    if plan.feedback:
        given = world.later(days.event, 1, 12)
        book.add(Feedback, given, order_id=order.id, given_by=FeedbackBy.ORDERER, given_on=given,
                 useful=world.pick((3, 4, 4, 5, 5, 5)), text=world.pick(FROM_ORDERERS), released=world.chance(60),
                 action_taken=world.pick(ACTIONS))
    for assignment in assignments:
        if assignment.status in (AssignmentStatus.HELD, AssignmentStatus.CLOSED) and world.chance(72):
            given = world.later(days.event, 1, 6)
            book.add(Feedback, given, order_id=order.id, assignment_id=assignment.id, given_by=FeedbackBy.EXPERT,
                     given_on=given, text=world.pick(FROM_EXPERTS), was_heard=world.pick((3, 4, 4, 5, 5)),
                     would_again=not world.chance(5), feels_after=world.pick((2, 3, 4, 4, 5, 5)))
    if world.chance(6):
        book.add(Feedback, days.debrief, order_id=order.id, given_by=FeedbackBy.COORDINATOR, given_on=days.debrief,
                 text=COORDINATOR)


def add_calls(world: World) -> None:
    """Who asked for a call or felt low was called; the newest one waits, and so does an offer after a heavy theme."""
    said = sorted((feedback for feedback in world.book.of(Feedback) if feedback.given_by is FeedbackBy.EXPERT),
                  key=lambda feedback: (feedback.given_on, feedback.id))
    for feedback in said:
        feedback.concern = (feedback.feels_after or LOW + 1) <= LOW
        if feedback.concern:
            feedback.called_on = min(feedback.given_on + timedelta(1), world.today)
    said[-1].wants_call, said[-1].called_on = True, None
    _leave_one_offer(world)


def _leave_one_offer(world: World) -> None:
    heavy = {theme.id for theme in world.themes if theme.heavy}
    mind = {(row["expert_id"], row["theme_id"]) for row in world.book.links.get("expert_closed_theme", [])}
    has = {(row["order_id"], row["theme_id"]) for row in world.book.links["order_theme"]}
    for assignment in reversed(world.book.of(Assignment)):
        themes = sorted(theme for theme in heavy if (assignment.expert_id, theme) not in mind)
        if assignment.status is AssignmentStatus.HELD and themes:
            assignment.supervision_offered = False
            if not any((assignment.order_id, theme) in has for theme in heavy):
                world.book.link(order_theme, assignment.order_id, themes[0])
            return


def add_insights(world: World) -> None:
    """Experience knowledge in every state: the newest just noted, the oldest answered and closed."""
    for place, text in enumerate(LEARNED * 2):
        _insight(world, place, text)


def _insight(world: World, place: int, text: str) -> None:
    coordinator = world.users["coordinator"]
    noted = world.ago(*((2, 25), (60, 200), (200, 600))[min(place // 8, 2)])
    roads: tuple[tuple[str, ...], ...] = (
        (), ("pass_on",), ("pass_on", "answer"), ("pass_on", "answer", "close"), ("pass_on", "lapse"),
        ("pass_on", "lapse", "pass_on", "answer", "close"))
    road = roads[place % len(roads)]
    steps, day = [], noted
    for verb in road:
        day = world.later(day, 4, 30)
        steps.append(Went(verb, day, coordinator))
    state = Insight.lifecycle.initial
    for verb in road:
        state = Insight.lifecycle.target(state, verb)
    order = world.pick([order for order in world.orders if order.received_on < noted] or world.orders)
    asked, has_answer = bool(road), "answer" in road
    world.insights.append(world.book.add_after(
        Insight, noted, steps, by=coordinator, text=text, theme_id=world.pick(world.themes).id, order_id=order.id,
        passed_to_id=world.pick(world.units[:14]).id if asked else None,
        answer=world.pick(ANSWERED) if has_answer else "",
        follow_up_on=_follow_up(world, place) if state is InsightStatus.PASSED_ON else None,
        impact_back=TOLD_BACK if state is InsightStatus.CLOSED and has_answer else ""))


def _follow_up(world: World, place: int) -> object:
    """Every other one is due."""
    return world.ago(1, 10) if place % 4 == 1 else world.today + MONTH
