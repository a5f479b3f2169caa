"""What can be refused. Each error carries the sentence that the person reads."""

from collections.abc import Mapping
from typing import Any

from rules.wording import N_, Sentence


class DomainError(Exception):
    """The action was refused; ``sentence`` says why, ``field`` names the input it belongs to, if one."""

    default = N_("This could not be done.")

    def __init__(self, text: str = "", *, field: str | None = None, **facts: Any) -> None:
        self.sentence = Sentence(text or self.default, **facts)
        self.field = field
        super().__init__(str(self.sentence))


class IllegalTransition(DomainError):
    """A verb that the record's state does not allow."""

    default = N_("That step is not possible now.")


class NotAllowed(DomainError):
    """A verb or a field that the role may not use."""

    default = N_("Your role may not do this.")


class BadInput(DomainError):
    """A value that cannot be taken; always names its field."""

    default = N_("Check this value.")


class FieldErrors(DomainError):
    """Several values that cannot be taken: field name to sentence."""

    default = N_("Some fields need a look.")

    def __init__(self, errors: Mapping[str, Sentence]) -> None:
        super().__init__(self.default)
        self.errors = dict(errors)


class UnloggedStatusChange(AssertionError):
    """A status changed past its one writer. A bug, never a user's error."""
