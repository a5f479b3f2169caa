"""Every reader takes every cell: it gives a value or refuses with a sentence, and breaks on nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import BadInput
from rules.person_names import NameOrder
from rules.reading import looks_like_formula, read_email, read_fee, read_money, read_number, read_phone, text_of
from rules.reading_dates import read_birth, read_event_date, read_minutes, read_time
from rules.register_notes import read_note
from rules.register_words import (
    read_feedback,
    read_languages,
    read_mark,
    read_municipalities,
    read_order_kind,
    read_order_number,
    read_order_state,
    read_place,
    split_terms,
)

TODAY = date(2026, 11, 24)
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.times(), st.datetimes(), st.timedeltas(),
    st.text(), st.text("0123456789.,:-/ €htmin½kloipe", max_size=12),
)  # fmt: skip


def read_name(cell):
    return NameOrder.learn([(cell, "a.b@c.invalid")]).read_people(cell)


@pytest.mark.parametrize(
    "reader",
    [
        text_of, looks_like_formula, read_email, read_fee, read_money, read_number, read_phone, read_minutes, read_time,
        read_feedback, read_languages, read_mark, read_municipalities, read_order_kind, read_order_number,
        read_order_state, read_place, split_terms, read_name, lambda cell: read_birth(cell, TODAY),
        lambda cell: read_event_date(cell, TODAY), lambda cell: read_note(cell, TODAY),
    ],
)  # fmt: skip
@given(cell=CELLS)
def test_reader_gives_a_value_or_a_sentence(reader, cell):
    try:
        reader(cell)
    except BadInput as refusal:
        assert str(refusal.sentence) != ""  # noqa: PT017 - either end is right, nothing else is
