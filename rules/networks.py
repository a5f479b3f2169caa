"""Where a request comes from, as coarsely as its use needs: counted by household or office, remembered by region.

An address is text as the server gives it. Anything that is no address is one place of its own: "unknown".
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

UNKNOWN = "unknown"
COUNTED = {4: 32, 6: 64}
"""Prefix lengths of one subscriber: an IPv6 one has a whole /64 to change addresses in."""

REMEMBERED = {4: 24, 6: 48}
"""Prefix lengths that tell the owner of an account home from elsewhere, and no household from its neighbours."""


def counted_as(address: str | None) -> str:
    """The network whose attempts are counted together: ``192.0.2.7/32``, ``2001:db8:1:2::/64``."""
    return _within(address, COUNTED)


def remembered_as(address: str | None) -> str:
    """What a history may keep, as people read it: ``192.0.2.x``, ``2001:db8:1::x``."""
    network, length, _ = _within(address, REMEMBERED).partition("/")
    return f"{network.removesuffix('0')}x" if length else network


def _within(address: str | None, lengths: dict[int, int]) -> str:
    try:
        found: IPv4Address | IPv6Address = ip_address((address or "").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found, lengths[found.version]), strict=False))
