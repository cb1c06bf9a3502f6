"""Which addresses the service may be sent to, tried with all the ways to write one."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.outbound.addresses import is_loopback, is_public

PRIVATE_V4 = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
]
PRIVATE_V6 = [
    "::/128",
    "::1/128",
    "::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/32",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]

private_v4 = st.sampled_from(PRIVATE_V4).flatmap(
    lambda network: st.ip_addresses(network=IPv4Network(network))
)
private_v6 = st.sampled_from(PRIVATE_V6).flatmap(
    lambda network: st.ip_addresses(network=IPv6Network(network))
)


def in_last(network: str) -> Callable[[IPv4Address], IPv6Address]:
    """Write an address into the last 32 bits of another."""
    return lambda address: IPv6Address(int(IPv6Address(network)) | int(address))


def in_6to4(address: IPv4Address) -> IPv6Address:
    return IPv6Address((0x2002 << 112) | (int(address) << 80) | 1)


def in_teredo(address: IPv4Address) -> IPv6Address:
    return IPv6Address((0x2001_0000 << 96) | (int(address) << 64) | (int(address) ^ 0xFFFF_FFFF))


MAPPED, TRANSLATED = in_last("::ffff:0:0"), in_last("64:ff9b::")
WRAPPINGS = [MAPPED, TRANSLATED, in_last("::"), in_last("64:ff9b:1::"), in_6to4, in_teredo]


@given(private_v4)
def test_no_special_address_is_public(address: IPv4Address) -> None:
    assert not is_public(address)


@given(private_v6)
def test_no_special_address_of_ipv6_is_public(address: IPv6Address) -> None:
    assert not is_public(address)


@given(private_v4, st.sampled_from(WRAPPINGS))
def test_wrapped_it_is_not_public_either(
    address: IPv4Address, wrap: Callable[[IPv4Address], IPv6Address]
) -> None:
    assert not is_public(wrap(address))


@given(st.ip_addresses(v=6))
def test_what_nobody_was_given_is_not_public(address: IPv6Address) -> None:
    handed_out = address in IPv6Network("2000::/3") or address in IPv6Network("64:ff9b::/96")

    assert handed_out or address.ipv4_mapped is not None or not is_public(address)


@given(st.ip_addresses())
def test_nothing_is_both_public_and_this_machine(address: IPv4Address | IPv6Address) -> None:
    assert not (is_public(address) and is_loopback(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_the_open_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_public_address_may_be_mapped_or_translated() -> None:
    assert is_public(MAPPED(IPv4Address("8.8.8.8")))
    assert is_public(TRANSLATED(IPv4Address("8.8.8.8")))


@given(st.ip_addresses(network=IPv4Network("127.0.0.0/8")))
def test_this_machine_has_many_addresses(address: IPv4Address) -> None:
    assert is_loopback(address)
    assert is_loopback(MAPPED(address))
    assert not is_loopback(TRANSLATED(address))
