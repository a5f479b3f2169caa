"""Identifiers as they are shown: masked, also in the middle of a sentence."""

import pytest

from models.numbers import mask_email, mask_iban, mask_identity_code, mask_in_text, mask_phone


@pytest.mark.parametrize(
    ("mask", "written", "shown"),
    [
        (mask_iban, "FI21 1234 5600 0007 85", "FI21 •••• 85"),
        (mask_iban, "FI21", "••••"),
        (mask_identity_code, "131052-308t", "••••••••T"),
        (mask_phone, "+358401234567", "+358 •••• 67"),
        (mask_phone, "040 123 4567", "•••• 67"),
        (mask_email, "helmi.heikkinen@esimerkki.invalid", "h••••@esimerkki.invalid"),
        (mask_email, "not an address", "••••"),
    ],
)
def test_mask_shows_only_the_ends(mask, written, shown):
    assert mask(written) == shown


def test_mask_in_text_hides_every_identifier_and_nothing_else():
    text = "soita 040 123 4567 tai a.b@c.fi, FI21 1234 5600 0007 85 / 131052-308T, tilaus 2025-031, 1.2.2025"

    shown = "soita •••• 67 tai a••••@c.fi, FI21 •••• 85 / ••••••••T, tilaus 2025-031, 1.2.2025"
    assert mask_in_text(text) == shown
