"""The SML's name server: NAPTR records over UDP for the participants of the directory, NXDOMAIN for everybody else.

Answers only for its own zone (REFUSED elsewhere). A datagram that is no DNS query is dropped, as name servers do.
"""

import asyncio
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset

from sandbox.faults import FaultMode, FaultSwitch
from sandbox.peppol.directory import Directory

_LABEL = "iso6523-actorid-upis"
_TTL = 5  # short, so that a participant registered a moment ago is found at once


class NameServer:
    def __init__(self, directory: Directory, *, zone: str, smp_url: str) -> None:
        self._directory = directory
        self._zone = dns.name.from_text(zone)
        self._suffix = dns.name.from_text(_LABEL, origin=self._zone)
        self._smp_url = smp_url
        self.fault = FaultSwitch()

    def answer(self, datagram: bytes) -> bytes | None:
        try:
            query = dns.message.from_wire(datagram)
        except dns.exception.DNSException:
            return None
        if query.flags & dns.flags.QR or self.fault.fault.mode is FaultMode.TIMEOUT:
            return None
        try:
            response = dns.message.make_response(query)
        except dns.exception.DNSException:
            return None
        response.flags |= dns.flags.AA
        response.set_rcode(self._fill(query, response))
        return response.to_wire()

    def _fill(self, query: dns.message.Message, response: dns.message.Message) -> dns.rcode.Rcode:
        if self.fault.fault.mode is FaultMode.UNAVAILABLE:
            return dns.rcode.SERVFAIL
        if query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
            return dns.rcode.NOTIMP
        question = query.question[0]
        if not question.name.is_subdomain(self._zone):
            return dns.rcode.REFUSED
        listed = self._is_participant(question.name)
        if listed and question.rdtype == dns.rdatatype.NAPTR:
            response.answer.append(self._naptr(question.name))
            return dns.rcode.NOERROR
        response.authority.append(self._soa())
        exists = listed or question.name in (self._zone, self._suffix)
        return dns.rcode.NOERROR if exists else dns.rcode.NXDOMAIN

    def _is_participant(self, name: dns.name.Name) -> bool:
        if len(name.labels) != len(self._suffix.labels) + 1 or not name.is_subdomain(self._suffix):
            return False
        return self._directory.by_label(name.labels[0].decode("ascii", errors="replace")) is not None

    def _naptr(self, name: dns.name.Name) -> dns.rrset.RRset:
        text = f'100 10 "U" "Meta:SMP" "!.*!{self._smp_url}!" .'
        return dns.rrset.from_text(name, _TTL, "IN", "NAPTR", text)

    def _soa(self) -> dns.rrset.RRset:
        zone = self._zone.to_text()
        return dns.rrset.from_text(
            self._zone, _TTL, "IN", "SOA", f"ns.{zone} hostmaster.{zone} 1 3600 600 86400 {_TTL}"
        )


class DnsProtocol(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        answer = self._server.answer(data)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)


async def start_dns(server: NameServer, host: str, port: int) -> asyncio.DatagramTransport:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: DnsProtocol(server), local_addr=(host, port)
    )
    return transport
