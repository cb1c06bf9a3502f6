"""Which addresses are everybody's to reach, and which lead into somebody's own network."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

type Address = IPv4Address | IPv6Address

GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
"""All that IANA has handed out (RFC 4291 2.4): whatever lies outside has a special meaning."""

NAT64: Final = IPv6Network("64:ff9b::/96")
"""Ends in the IPv4 address that is meant (RFC 6052 2.1)."""

SPECIAL: Final = (
    IPv4Network("192.0.0.0/24"),  # RFC 6890: protocols' own, the nearest router among them
    IPv4Network("192.88.99.0/24"),  # RFC 7526: relays of 6to4
    IPv6Network("2001::/23"),  # RFC 2928: protocols' own, Teredo among them
    IPv6Network("2002::/16"),  # RFC 3056: 6to4, which ends wherever its IPv4 address does
    IPv6Network("3fff::/20"),  # RFC 9637: documentation
)
"""What `ipaddress` calls global, or has called so in a release we run on."""


def is_public(address: Address) -> bool:
    """Whether the address is one of the open internet, whatever it is wrapped in."""
    meant = unwrapped(address)
    if any(meant in network for network in SPECIAL):
        return False
    if isinstance(meant, IPv6Address):
        return meant in GLOBAL_UNICAST and meant.is_global
    return meant.is_global and not (meant.is_multicast or meant.is_reserved)


def is_loopback(address: Address) -> bool:
    """Whether the address is this machine itself; a translator's is not, wherever it leads."""
    return address not in NAT64 and unwrapped(address).is_loopback


def unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address
