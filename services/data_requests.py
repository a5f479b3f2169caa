"""What people ask about their own data: when it is due, the longer time, the answer."""

from datetime import date
from typing import Annotated

from models import DataRequest
from rules.errors import BadInput
from rules.permissions import Actor
from rules.retention import months_after
from rules.states import DataRequestStatus
from rules.wording import N_
from services.saving import on_save
from services.transitions import lock, step
from services.verbs import Input, verb

FIRST_TERM, LONGEST_TERM = 1, 3
"""Months: an answer is due in one, which may be made longer by two for a reason (GDPR, article 12.3)."""

OPEN = (DataRequestStatus.RECEIVED, DataRequestStatus.IN_PROGRESS)


@on_save(DataRequest)
def prepare_data_request(request: DataRequest, _actor: Actor, today: date, is_new: bool) -> None:
    """A request that has come; due in a month unless said otherwise, and never later than the law lets it be."""
    if is_new and request.received_on > today:
        raise BadInput(N_("This day has not come yet."), field="received_on")
    if request.due_on is None:
        request.due_on = months_after(request.received_on, FIRST_TERM)
    if request.due_on < request.received_on:
        raise BadInput(N_("The due date cannot be before the day it came."), field="due_on")
    _check_not_too_late(request, request.due_on, "due_on")


def _check_not_too_late(request: DataRequest, day: date, field: str) -> None:
    if day > (longest := months_after(request.received_on, LONGEST_TERM)):
        raise BadInput(N_("The law lets the answer wait until %(day)s at the latest."), field=field, day=longest)


def may_be_longer(request: DataRequest, _today: date) -> bool:
    """Whether the time can still be made longer."""
    return request.status in OPEN and request.due_on < months_after(request.received_on, LONGEST_TERM)


@verb(DataRequest, "extend", N_("Make the time longer"), possible=may_be_longer, explains=N_(
    "By two months at most, when there is much to do or many requests. The person is told why within the first month."))
def extend(request: DataRequest, _actor: Actor, _today: date, *,
           reason: Annotated[str, Input(N_("Reason"), long=True, help=N_("As it is told to the person."))],
           until: Annotated[date | None, Input(N_("New due date"), help=N_("Empty: two months later."))] = None,
           ) -> None:
    lock(request)
    longest = months_after(request.received_on, LONGEST_TERM)
    day = until or longest
    if day <= request.due_on:
        raise BadInput(N_("The new day is later than the one before."), field="until")
    _check_not_too_late(request, day, "until")
    request.due_on = day
    request.why_longer = _words(reason, "reason")


@verb(DataRequest, "answer")
def answer(request: DataRequest, actor: Actor, _today: date, *,
           answer: Annotated[str, Input(N_("What was answered"), long=True, help=N_(
               "What was done and how it was told, without the data themselves."))]) -> None:
    told = _words(answer, "answer")
    step(request, "answer", actor)
    request.answer = told


def _words(words: str, field: str) -> str:
    """What is told, as far as it fits."""
    told, longest = words.strip(), DataRequest.answer.type.length
    if not told:
        raise BadInput(N_("Write a sentence: it is kept in the history."), field=field)
    if len(told) > longest:
        raise BadInput(N_("At most %(longest)s characters fit here."), field=field, longest=str(longest))
    return told
