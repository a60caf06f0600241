"""Which addresses hooks and look-ups may reach: the public internet, in whatever form an address is written."""

import ipaddress

import pytest
from documents.adapters.webhooks.guard import GuardedResolver, TargetForbiddenError, check_literal, is_public
from hypothesis import given
from hypothesis import strategies as st

PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1",  # noqa: S104
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::",
    "64:ff9b:1::1", "not an address", "",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4).filter(lambda address: not address.is_global))
def test_no_private_ipv4_address_passes_in_any_ipv6_clothing(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for dressed in (
        ipaddress.IPv6Address(f"::ffff:{address}"),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1),
        ipaddress.IPv6Address(number),
    ):
        assert not is_public(str(dressed)), dressed


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "::1", "10.1.2.3", "[fe80::1%eth0]"])
def test_a_literal_address_is_checked_by_itself(host: str) -> None:
    with pytest.raises(TargetForbiddenError):
        check_literal(host)


@pytest.mark.parametrize("host", ["example.test", "8.8.8.8", "localhost", "2130706433"])
def test_names_and_public_literals_pass_here(host: str) -> None:
    check_literal(host)


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
async def test_a_name_that_means_this_machine_is_refused_at_resolution(host: str) -> None:
    with pytest.raises(TargetForbiddenError):
        await GuardedResolver(allow_private=False).resolve(host, 443)


async def test_a_laptop_may_reach_itself() -> None:
    found = await GuardedResolver(allow_private=True).resolve("localhost", 443)
    assert {result["host"] for result in found} <= {"127.0.0.1", "::1"}
    assert found
