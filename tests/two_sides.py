"""Two rows of every record type, one on each side: what is the reader's own, and what is somebody else's.

Every text carries a mark of its own, so that a page that shows what it should not is found by the mark.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal

import sqlalchemy as sa

from admin_views.generate import consoled
from models import StatusChange, db
from models.audit import HasStatus, open_door
from models.base import Money, Record, UTCDateTime, described
from models.encryption import Encrypted, encrypted_columns
from rules.choices import BatchKind, FeedbackBy, GroupKind, MessageKind, Onboarded
from rules.states import AssignmentStatus, ClaimStatus, InsightStatus, MatterStatus
from tests.people import make_user

DAY = date(2026, 1, 15)
DAYS = {"a": DAY, "b": date(2026, 1, 16)}

EMPTY = {
    "Organisation": {"parent_id"}, "Membership": {"contact_id", "user_id"}, "Invoice": {"meeting_id", "session_id"},
    "Payee": {"iban_confirmed_by_id", "iban_confirmed_on"},
    "PaymentBatch": {"submitted_by_id", "approved_by_id", "export_profile_id"}, "ChangeLog": {"sealed_values"},
    "Message": {"to", "support_person_id"}, "Proposal": {"expert_id"},
    "Assignment": {"onboarded_on", "debriefed_on"},
}
"""Columns left empty: the record would be in another state, or on two grounds at once."""

OWN = {
    "Organisation": {"trains": True}, "Group": {"kind": GroupKind.STEERING},
    "Assignment": {"status": AssignmentStatus.CONFIRMED, "onboarded": Onboarded.NOT_NEEDED, "onboarded_on": DAY},
    "Invoice": {"status": ClaimStatus.CHECKED}, "Insight": {"status": InsightStatus.PASSED_ON},
    "Matter": {"status": MatterStatus.SENT}, "Feedback": {"given_by": FeedbackBy.ORDERER},
    "PaymentBatch": {"kind": BatchKind.SEPA},
}
FOREIGN = {"Organisation": {"trains": False}, "Group": {"kind": GroupKind.PEER},
           "PaymentBatch": {"kind": BatchKind.SEPA}, "MessageTemplate": {"kind": MessageKind.OFFER}}


@dataclass
class Side:
    """The rows of one side by model name, and what each mark stands for."""

    letter: str
    rows: dict[str, object] = field(default_factory=dict)
    marks: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __getitem__(self, model):
        return self.rows[model]

    def mark(self, model, name):
        mark = f"zz{self.letter}{len(self.marks):03}zz"
        self.marks[mark] = (model, name)
        return mark


def two_sides():
    """Build both sides and commit them."""
    own, foreign = Side("a"), Side("b")
    for side, special in ((own, OWN), (foreign, FOREIGN)):
        tables = {model.__tablename__: model for model in consoled()}
        for table in Record.metadata.sorted_tables:
            if model := tables.get(table.name):
                side.rows[model.__name__] = _row(side, model, special.get(model.__name__, {}))
        _choose_several(side)
    db.session.commit()
    return own, foreign


def actor_of(role, own):
    """A user of ``role`` whose organisation and expert record are on the own side."""
    given = {"organisation": own["Organisation"]}
    return make_user(role, **given | ({"expert": own["Expert"]} if role == "expert" else {}))


def _row(side, model, special):
    values = {name: _value(side, model, name, column) for name, column in _columns(model)}
    values |= {key: [side.rows[column.type.target.__name__]] for key, column in encrypted_columns(sa.inspect(model)).items()
               if column.type.target is not None}
    values = {name: value for name, value in values.items() if value is not None} | special
    row = model(**values)
    with open_door("record_past"):
        db.session.add(row)
        db.session.flush()
    if isinstance(row, HasStatus) and row.status != model.lifecycle.initial:
        db.session.add(StatusChange(subject=row.subject, verb="import", source=model.lifecycle.initial,
                                    target=row.status))
    return row


def _choose_several(side):
    """Each choice of several rows holds the side's own: all rows are there by now, in whatever order they were made."""
    with open_door("record_past"):
        for row in side.rows.values():
            for prop in sa.inspect(type(row)).relationships:
                if prop.secondary is not None:
                    getattr(row, prop.key).append(side.rows[prop.mapper.class_.__name__])
        db.session.flush()


def _columns(model):
    skipped = {"id", "version", "created_at", "status", "row_key", *EMPTY.get(model.__name__, ())}
    skipped |= {name for name, said in described(model) if said["group"] == "secret"} - {"key", "digest", "sealed_data"}
    for prop in sa.inspect(model).column_attrs:
        if prop.key not in skipped and isinstance(prop.columns[0], sa.Column):
            yield prop.key, prop.columns[0]


def _value(side, model, name, column):
    kind = column.type
    if column.foreign_keys:
        return _target(side, column)
    if name == "email" and model.__name__ == "User":
        return f"{side.mark(model.__name__, name)}@test.invalid"
    told_later = name in ("paid_on", "completed_on", "cancel_reason") and column.nullable
    if dict(described(model)).get(name, {}).get("mask") or told_later:
        return None
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class)) if column.default is None and not column.nullable else None
    if isinstance(kind, sa.String) or (isinstance(kind, Encrypted) and kind.of is str):
        return side.mark(model.__name__, name)
    plain = ((Encrypted, 3), (sa.LargeBinary, b"sealed"), (Money, Decimal(7)), (sa.Boolean, None),
             (UTCDateTime, datetime(2026, 1, 15, 9, tzinfo=UTC)), (sa.Date, DAYS[side.letter]), (sa.Integer, 3),
             (sa.Time, time(10 if name == "ends" else 9)))
    return next(value for known, value in plain if isinstance(kind, known))


def _target(side, column):
    """The id of the row that the column points to, on the same side."""
    table = next(iter(column.foreign_keys)).column.table.name
    model = next(m for m in consoled() if m.__tablename__ == table)
    return side.rows[model.__name__].id
