"""Export profiles as they are typed: what can be read, and the sentence at the field for what cannot."""

import pytest

from exports.payroll import VALUES
from models import ExportProfile
from rules.errors import BadInput
from rules.export_profiles import (
    FIELDS,
    SHIPPED,
    DecimalMark,
    Separator,
    check_marks,
    digest,
    read_codes,
    read_columns,
    without_code,
)


def test_columns_are_read_in_their_order_and_a_heading_may_hold_an_equals_sign():
    assert read_columns(" Tunnit = hours \n\nA=B = amount\n") == [("Tunnit", "hours"), ("A=B", "amount")]


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "A file has at least one column."),
    ("hours", "Write each column as its heading, = and a field: hours"),
    ("= hours", "Write each column as its heading, = and a field: = hours"),
    ("A = hours\nA = amount", "A stands here twice."),
    ("A = hours\nB = hours", "hours stands here twice."),
])
def test_columns_that_cannot_be_read_are_refused_at_their_field(text, sentence):
    with pytest.raises(BadInput) as refused:
        read_columns(text)

    assert (refused.value.field, str(refused.value)) == ("columns", sentence)


def test_unknown_field_is_refused_with_those_there_are():
    with pytest.raises(BadInput) as refused:
        read_columns("A = salary")

    assert str(refused.value) == f"There is no field salary. The fields are: {', '.join(FIELDS)}."


def test_codes_are_read_by_field():
    assert read_codes("income_type: 214 = 5021\ncost_centre: 4410 = K1\nincome_type: 210 = 5020") == {
        "income_type": {"214": "5021", "210": "5020"}, "cost_centre": {"4410": "K1"}}


@pytest.mark.parametrize(("text", "sentence"), [
    ("214 = 5021", "Write each code as field: our value = their code. This is not: 214 = 5021"),
    ("income_type: 214 =", "Write each code as field: our value = their code. This is not: income_type: 214 ="),
    ("amount: 1 = 2", "amount has no codes. These can have: income_type, cost_centre, project."),
    ("project: A = 1\nproject: A = 2", "project: A stands here twice."),
])
def test_codes_that_cannot_be_read_are_refused_at_their_field(text, sentence):
    with pytest.raises(BadInput) as refused:
        read_codes(text)

    assert (refused.value.field, str(refused.value)) == ("codes", sentence)


@pytest.mark.parametrize("separator", Separator)
@pytest.mark.parametrize("mark", DecimalMark)
def test_only_comma_beside_comma_is_refused(separator, mark):
    def clash():
        try:
            check_marks(separator, mark)
        except BadInput as refused:
            return refused.field
        return None

    assert clash() == ("separator" if (separator, mark) == (Separator.COMMA, DecimalMark.COMMA) else None)


def test_only_fields_with_codes_can_lack_one():
    said = [("income_type", "214"), ("income_type", "210"), ("income_type", ""), ("project", "A"), ("income_type", "210")]

    assert list(without_code({"income_type": {"214": "1"}}, said)) == [("income_type", "210")]


@pytest.mark.parametrize("written", SHIPPED, ids=lambda written: written.name)
def test_shipped_profiles_can_be_read(written):
    check_marks(written.separator, written.decimal_mark)

    assert len(read_columns(written.columns)) >= 15
    assert read_codes(written.codes) == {}


def test_every_field_has_a_value_and_stands_in_the_help():
    told = ExportProfile.__mapper__.attrs["columns"].columns[0].info["help"]

    assert set(VALUES) == set(FIELDS)
    assert told.endswith(f"The fields: {', '.join(FIELDS)}.")


def test_digest_tells_every_change():
    facts = ExportProfile(**dict.fromkeys(("name", "columns", "codes"), "a"), edition=1).facts()

    digests = {digest(facts | {name: "other"}) for name in facts} | {digest(facts)}

    assert len(digests) == len(facts) + 1
