"""The SML: real DNS queries over UDP."""

import asyncio
import socket

import dns.asyncquery
import dns.message
import dns.rcode
import dns.rdatatype
import httpx2
import pytest
from dns.rdtypes.IN.NAPTR import NAPTR
from sandbox.peppol.identifiers import Participant, sml_label

from .conftest import Running


async def query(sandbox: Running, name: str, kind: str = "NAPTR") -> dns.message.Message:
    return await dns.asyncquery.udp(dns.message.make_query(name, kind), "127.0.0.1", port=sandbox.dns_port, timeout=2)


def name_of(sandbox: Running, value: str) -> str:
    return f"{sml_label(Participant(value))}.iso6523-actorid-upis.{sandbox.zone}"


def test_the_label_is_base32_of_sha256_as_the_published_vector_says() -> None:
    assert sml_label(Participant("0010:5798000000001")) == "XUKHFQABQZIKI3YKVR2FHR4SNFA3PF5VPQ6K4TONV3LMVSY5ARVQ"


@pytest.mark.parametrize("value", ["0106:99100001", "0190:00000009910000300000", "0088:8719999000015"])
async def test_a_participant_has_a_naptr_record_that_points_at_its_smp(sandbox: Running, value: str) -> None:
    answer = await query(sandbox, name_of(sandbox, value).lower())
    record = answer.answer[0][0]
    assert isinstance(record, NAPTR)
    assert (record.order, record.preference) == (100, 10)
    assert (record.flags, record.service) == (b"U", b"Meta:SMP")
    _, pattern, replacement, _ = record.regexp.decode().split("!")
    assert (pattern, replacement) == (".*", f"{sandbox.base_url}/peppol/smp")


async def test_an_unknown_participant_does_not_exist(sandbox: Running) -> None:
    answer = await query(sandbox, name_of(sandbox, "0106:99900001"))
    assert (answer.rcode(), answer.answer) == (dns.rcode.NXDOMAIN, [])
    assert answer.authority[0].rdtype == dns.rdatatype.SOA


async def test_another_record_type_is_an_empty_answer_and_another_zone_is_refused(sandbox: Running) -> None:
    empty = await query(sandbox, name_of(sandbox, "0106:99100001"), "A")
    foreign = await query(sandbox, "www.example.org")
    assert (empty.rcode(), empty.answer) == (dns.rcode.NOERROR, [])
    assert foreign.rcode() == dns.rcode.REFUSED


async def test_the_case_of_a_name_does_not_matter(sandbox: Running) -> None:
    assert (await query(sandbox, name_of(sandbox, "9930:DE991000049"))).answer
    assert (await query(sandbox, name_of(sandbox, "9930:de991000049"))).answer


async def test_garbage_is_dropped_and_the_server_goes_on(sandbox: Running) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.settimeout(0.2)
        for garbage in (b"", b"\x00", b"\xff" * 40, b"\x12\x34\x01\x00\x00\x09\x00\x00"):
            sender.sendto(garbage, ("127.0.0.1", sandbox.dns_port))
        with pytest.raises(TimeoutError):
            await asyncio.to_thread(sender.recv, 512)
    assert (await query(sandbox, name_of(sandbox, "0106:99100001"))).answer


async def test_the_name_server_can_fail_and_fall_silent(sandbox: Running, http: httpx2.AsyncClient) -> None:
    name = name_of(sandbox, "0106:99100001")
    await http.put("/control/peppol", json={"dns": {"mode": "unavailable"}})
    try:
        assert (await query(sandbox, name)).rcode() == dns.rcode.SERVFAIL
        await http.put("/control/peppol", json={"dns": {"mode": "timeout"}})
        with pytest.raises(dns.exception.Timeout):
            await dns.asyncquery.udp(
                dns.message.make_query(name, "NAPTR"), "127.0.0.1", port=sandbox.dns_port, timeout=0.2
            )
    finally:
        await http.put("/control/peppol", json={"dns": {"mode": "up"}})
    assert (await query(sandbox, name)).answer
