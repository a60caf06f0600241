"""Keeps requests that strangers ask for away from private networks.

A name is resolved once, every address is checked, and the connection goes to exactly the addresses that passed: a name
that resolves differently a moment later changes nothing. Literal addresses, which bypass resolution, are checked by
themselves. IPv4 addresses inside IPv6 ones (mapped, 6to4, Teredo, NAT64) count as what they mean.
"""

import asyncio
import ipaddress
import socket
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What Python's tables call global, in this version or another, and yet is no host of the internet: protocol assignments
# (Oracle's metadata service among them), 6to4 relays, Azure's platform address, documentation.
_NOT_HOSTS = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "2001::/23", "3fff::/20")
)
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TargetForbiddenError(OSError):
    """The target lies in a network that hooks may not reach."""


def is_public(text: str) -> bool:
    """Tell whether an address, in whatever form, is one of the public internet."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_global(meaning) for meaning in _meanings(address))


def check_literal(host: str) -> None:
    """Raise when `host` is an address that is not public; a name passes, its addresses are checked at resolution."""
    try:
        ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return
    if not is_public(host.strip("[]")):
        raise TargetForbiddenError(f"{host} is not a public address")


class GuardedResolver(AbstractResolver):
    """Resolves names to public addresses only; `allow_private` is for a laptop."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found: Any = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        results = [_result(host, entry) for entry in found]
        if not self._allow_private and not all(is_public(result["host"]) for result in results):
            raise TargetForbiddenError(f"{host} has an address that is not public")
        return results

    async def close(self) -> None:
        """Hold nothing that must be closed."""


def _result(host: str, entry: Any) -> ResolveResult:
    family, _, protocol, _, address = entry
    return ResolveResult(
        hostname=host,
        host=address[0],
        port=address[1],
        family=family,
        proto=protocol,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def _meanings(address: _Address) -> list[_Address]:
    """Return the address and every IPv4 address that it stands for."""
    meanings: list[_Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return [address.ipv4_mapped]
        if address.sixtofour:
            meanings.append(address.sixtofour)
        if address.teredo:
            meanings.extend(address.teredo)
        if address in _NAT64:
            return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return meanings


def _is_global(address: _Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST:
        return False  # what is not assigned as global unicast has old meanings, such as ::127.0.0.1
    if any(address in network for network in _NOT_HOSTS):
        return False
    return address.is_global and not address.is_multicast
