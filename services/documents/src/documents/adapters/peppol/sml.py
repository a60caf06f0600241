"""Finds a participant's SMP in the DNS (Peppol policy for use of identifiers; BDXL): one NAPTR record per participant.

The name is the Base32 of the SHA-256 of the lower-case identifier. No such name, or no such record, means that the
participant is not on the network. No answer, or a server failure, says nothing: `LookupUnavailable`.
"""

import asyncio
import base64
import hashlib
import socket
from typing import Any

import dns.asyncresolver
import dns.exception
import dns.resolver
from shared.observability.outside import OutsideSystem

from documents.domain.errors import LookupUnavailable

_LABEL = "iso6523-actorid-upis"
_SERVICE = "meta:smp"
_FIELDS = 3
_sml = OutsideSystem("sml")


def host_of(party: str, zone: str) -> str:
    """Return the name under which the SML lists a participant."""
    digest = hashlib.sha256(party.lower().encode()).digest()
    return f"{base64.b32encode(digest).decode().rstrip('=')}.{_LABEL}.{zone.strip('.')}."


class Sml:
    """`nameserver` is `host:port` (an address, or a name as containers have), or None for the system's resolvers."""

    def __init__(self, *, zone: str, nameserver: str | None, timeout: float) -> None:
        self._zone = zone
        self._host, _, port = (nameserver or "").rpartition(":")
        self._resolver = dns.asyncresolver.Resolver(configure=not self._host)
        if self._host:
            self._resolver.port = int(port)
        self._resolver.lifetime = timeout
        self._resolver.timeout = timeout / 2

    async def find_smp(self, party: str) -> str | None:
        """Return the base URL of the participant's SMP, or None when it has none."""
        with _sml.called():
            records = await self._records_of(party)
        in_order = sorted(records, key=lambda record: (record.order, record.preference))
        return next((url for url in map(_url_of, in_order) if url), None)

    async def _records_of(self, party: str) -> list[Any]:
        try:
            if self._host:
                self._resolver.nameservers = await _addresses(self._host)
            return list(await self._resolver.resolve(host_of(party, self._zone), "NAPTR", search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise LookupUnavailable(f"The SML does not answer: {type(error).__name__}.") from error


async def _addresses(host: str) -> list[str]:
    """Return the addresses of a name server, which may move."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _url_of(record: Any) -> str | None:
    """Read `!.*!https://smp.example!`; anything else is no record for us."""
    if record.flags.decode().upper() != "U" or record.service.decode().lower() != _SERVICE:
        return None
    regexp = record.regexp.decode()
    parts = regexp[1:].split(regexp[0]) if regexp else []
    if len(parts) != _FIELDS or not parts[1].startswith(("http://", "https://")):
        return None
    return str(parts[1]).rstrip("/")
