"""How coarsely an address is counted and remembered."""

import pytest

from rules.networks import counted_as, remembered_as


@pytest.mark.parametrize(("address", "counted", "remembered"), [
    ("192.0.2.7", "192.0.2.7/32", "192.0.2.x"),
    ("192.0.20.0", "192.0.20.0/32", "192.0.20.x"),
    ("10.0.0.10", "10.0.0.10/32", "10.0.0.x"),
    ("::ffff:192.0.2.7", "192.0.2.7/32", "192.0.2.x"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::x"),
    ("fe80::1%eth0", "fe80::/64", "fe80::x"),
    ("nonsense", "unknown", "unknown"),
    ("", "unknown", "unknown"),
    (None, "unknown", "unknown"),
])
def test_address_is_counted_by_subscriber_and_remembered_by_region(address, counted, remembered):
    assert (counted_as(address), remembered_as(address)) == (counted, remembered)
