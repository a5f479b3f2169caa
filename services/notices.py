"""What a record's own page says on top of it: something to see to, and the verb that does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.wording import Sentence


@dataclass(frozen=True)
class Notice:
    """``verb``: the one that answers it; whoever may not run it now is not told. "" tells every reader."""

    sentence: Sentence
    verb: str = ""


Rule = Callable[[Any, date], Notice | None]
NOTICES: dict[type[Any], list[Rule]] = {}


def notice(*models: type[Any]) -> Callable[[Rule], Rule]:
    """Register what the page of such a record may have to say."""
    def register(rule: Rule) -> Rule:
        for model in models:
            NOTICES.setdefault(model, []).append(rule)
        return rule
    return register


def notices_of(obj: Any, today: date) -> list[Notice]:
    """What there is to say of ``obj`` on ``today``."""
    return [found for rule in NOTICES.get(type(obj), ()) if (found := rule(obj, today)) is not None]
