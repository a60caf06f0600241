"""SML, SMP and access point as the adapters speak them, against the sandbox's network on real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
import httpx2
import pytest
import uvicorn
from documents.adapters.peppol.access_point import PhossAccessPoint
from documents.adapters.peppol.directory import Memory, PeppolDirectory
from documents.adapters.peppol.sml import Sml, host_of
from documents.adapters.peppol.smp import Smp
from documents.adapters.webhooks.sender import open_guarded_session
from documents.application.values import AcknowledgementState, HandoverState, Shipment
from documents.domain.errors import AccessPointUnavailable, LookupUnavailable
from sandbox.app import create_app
from sandbox.settings import DnsSettings, HttpSettings, PeppolSettings, Settings, SmtpSettings
from support.documents_facts import BILLING, TYPES
from support.invoices import Invoice

KNOWN, UNKNOWN, DANGLING = "0106:99100001", "0106:11111111", "0106:99900002"
SENDER = "0106:68750110"


@dataclass(slots=True)
class Outside:
    """The sandbox, how it is driven, and the adapters that look at it."""

    control: httpx2.AsyncClient
    session: aiohttp.ClientSession
    sml: Sml
    access_point: PhossAccessPoint

    def directory(self, **memory: float) -> PeppolDirectory:
        return PeppolDirectory(self.sml, Smp(self.session, allow_private=True), memory=Memory(**memory))

    async def fault(self, **switches: Any) -> None:
        answer = await self.control.put("/control/peppol", json=switches)
        assert answer.status_code == 200, answer.text


def _free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="module")
async def outside() -> AsyncIterator[Outside]:
    http, dns = _free(socket.SOCK_STREAM), _free(socket.SOCK_DGRAM)
    settings = Settings(
        http=HttpSettings(port=http),
        smtp=SmtpSettings(port=0),
        dns=DnsSettings(port=dns),
        peppol=PeppolSettings(acknowledge_seconds=0.01, slow_seconds=0.05, retry_seconds=0.05),
    )
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=http, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0.01)
    base = f"http://127.0.0.1:{http}"
    token = settings.peppol.ap_token.get_secret_value()
    async with (
        open_guarded_session(allow_private=True, timeout_seconds=5) as session,
        httpx2.AsyncClient(base_url=base) as control,
        httpx2.AsyncClient(base_url=f"{base}/peppol/ap", headers={"X-Token": token}) as client,
    ):
        sml = Sml(zone=settings.peppol.zone, nameserver=f"127.0.0.1:{dns}", timeout=1.0)
        yield Outside(control, session, sml, PhossAccessPoint(client))
    server.should_exit = True
    await serving


@pytest.fixture
async def network(outside: Outside) -> AsyncIterator[Outside]:
    """Give the network, in order at the beginning and at the end."""
    up = {"mode": "up"}
    await outside.fault(smp=up, accessPoint=up, dns=up)
    yield outside
    await outside.fault(smp=up, accessPoint=up, dns=up)


def test_the_name_in_the_sml_is_that_of_the_policy() -> None:
    host = host_of("0010:5798000000001", "sml.example")
    assert host == "XUKHFQABQZIKI3YKVR2FHR4SNFA3PF5VPQ6K4TONV3LMVSY5ARVQ.iso6523-actorid-upis.sml.example."
    assert host_of("9944:NL1B01", "z.") == host_of("9944:nl1b01", "z")


async def test_a_participant_is_found_with_its_endpoint(network: Outside) -> None:
    found = await network.directory().look_up(KNOWN, TYPES[0])
    (endpoint,) = found.endpoints
    assert found.known
    assert (endpoint.process_id, endpoint.transport_profile) == (BILLING, "peppol-transport-as4-v2_0")
    assert endpoint.url.endswith("/peppol/elsewhere/as4")
    assert endpoint.access_point == "PNL000002"


async def test_the_name_server_may_be_named_as_containers_are(network: Outside) -> None:
    port = (await network.control.get("/health/ready")).json()["ports"]["dns"]
    zone = (await network.control.get("/control/peppol")).json()["zone"]
    assert await Sml(zone=zone, nameserver=f"localhost:{port}", timeout=1.0).find_smp(KNOWN)
    with pytest.raises(LookupUnavailable):
        await Sml(zone=zone, nameserver=f"no-such-host.invalid:{port}", timeout=1.0).find_smp(KNOWN)


@pytest.mark.parametrize("party", [UNKNOWN, DANGLING], ids=["not in the SML", "not in the SMP"])
async def test_who_is_not_registered_is_not_known(network: Outside, party: str) -> None:
    found = await network.directory().look_up(party, TYPES[0])
    assert (found.known, found.endpoints) == (False, ())


async def test_who_does_not_take_the_type_is_known_without_endpoint(network: Outside) -> None:
    found = await network.directory().look_up(KNOWN, "urn:other::Type##x::1")
    assert (found.known, found.endpoints) == (True, ())


@pytest.mark.parametrize("part", ["dns", "smp"])
async def test_an_outage_is_no_answer(network: Outside, part: str) -> None:
    await network.fault(**{part: {"mode": "unavailable"}})
    with pytest.raises(LookupUnavailable):
        await network.directory().look_up(KNOWN, TYPES[0])


async def test_a_name_server_that_says_nothing_is_no_answer(network: Outside) -> None:
    await network.fault(dns={"mode": "timeout", "seconds": 3})
    with pytest.raises(LookupUnavailable):
        await network.directory().look_up(KNOWN, TYPES[0])


@pytest.mark.parametrize("part", ["dns", "smp"])
async def test_an_answer_from_before_serves_during_an_outage(network: Outside, part: str) -> None:
    directory = network.directory(found=0.0)
    before = await directory.look_up(KNOWN, TYPES[0])
    await network.fault(**{part: {"mode": "unavailable"}})
    assert await directory.look_up(KNOWN, TYPES[0]) == before
    impatient = network.directory(found=0.0, outage=0.0)
    with pytest.raises(LookupUnavailable):
        await impatient.look_up(KNOWN, TYPES[0])


async def test_an_answer_is_remembered_and_a_missing_one_not_for_long(network: Outside) -> None:
    directory = network.directory(missing=0.0)
    await directory.look_up(KNOWN, TYPES[0])
    assert not (await directory.look_up(UNKNOWN, TYPES[0])).known
    await network.fault(dns={"mode": "unavailable"})
    assert (await directory.look_up(KNOWN, TYPES[0])).endpoints


def shipment(receiver: str, **changes: Any) -> Shipment:
    values: dict[str, Any] = {
        "message_id": str(uuid4()),
        "sender": SENDER,
        "receiver": receiver,
        "document_type_id": TYPES[0],
        "process_id": BILLING,
        "country": "NL",
        "content": Invoice().xml(),
    }
    return Shipment(**{**values, **changes})


async def _settled(network: Outside, message_id: str, *states: AcknowledgementState) -> AcknowledgementState:
    async with asyncio.timeout(5):
        while (known := await network.access_point.status(message_id)).state not in states:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return known.state


async def test_what_is_submitted_is_acknowledged(network: Outside) -> None:
    sent = shipment(KNOWN)
    assert (await network.access_point.submit(sent)).state is HandoverState.SENT
    await _settled(network, sent.message_id, AcknowledgementState.ACKNOWLEDGED)


async def test_the_same_message_again_is_not_sent_again(network: Outside) -> None:
    sent = shipment(KNOWN)
    before = (await network.control.get("/control/peppol")).json()["received"]
    for _ in range(3):
        assert (await network.access_point.submit(sent)).state is HandoverState.SENT
    assert (await network.control.get("/control/peppol")).json()["received"] == before + 1


@pytest.mark.parametrize(
    ("receiver", "state"),
    [
        ("0106:99900003", HandoverState.RETRY),
        ("0106:99900004", HandoverState.RETRY),
        ("0106:99900005", HandoverState.REFUSED),
        ("0106:99900006", HandoverState.SENT),
        ("0106:99900007", HandoverState.SENT),
        ("0106:99900009", HandoverState.RETRY),
        (UNKNOWN, HandoverState.REFUSED),
    ],
    ids=["down then up", "always down", "refuses", "slow", "never acknowledges", "no receipt", "not registered"],
)
async def test_every_way_to_fail_is_told_apart(network: Outside, receiver: str, state: HandoverState) -> None:
    handover = await network.access_point.submit(shipment(receiver))
    assert handover.state is state
    assert bool(handover.reason) is (state is not HandoverState.SENT)


async def test_what_the_access_point_tries_by_itself_is_in_progress_until_it_is_over(network: Outside) -> None:
    sent = shipment("0106:99900003")
    assert (await network.access_point.submit(sent)).state is HandoverState.RETRY
    assert (await network.access_point.submit(sent)).state in {HandoverState.RETRY, HandoverState.SENT}
    await _settled(network, sent.message_id, AcknowledgementState.ACKNOWLEDGED)


async def test_a_receiver_that_refuses_afterwards_is_heard(network: Outside) -> None:
    sent = shipment("0106:99900010")
    assert (await network.access_point.submit(sent)).state is HandoverState.SENT
    await _settled(network, sent.message_id, AcknowledgementState.REFUSED_BY_RECEIVER)


async def test_a_message_that_nobody_submitted_is_unknown(network: Outside) -> None:
    assert (await network.access_point.status(str(uuid4()))).state is AcknowledgementState.UNKNOWN


async def test_what_the_access_point_cannot_read_is_refused_for_good(network: Outside) -> None:
    handover = await network.access_point.submit(shipment(KNOWN, country="Nederland"))
    assert handover.state is HandoverState.REFUSED


async def test_an_access_point_that_is_down_says_nothing_about_the_document(network: Outside) -> None:
    await network.fault(accessPoint={"mode": "unavailable"})
    with pytest.raises(AccessPointUnavailable):
        await network.access_point.submit(shipment(KNOWN))
    with pytest.raises(AccessPointUnavailable):
        await network.access_point.status("x")


async def test_an_access_point_with_another_token_is_unavailable() -> None:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(401, json={"error": "Invalid or missing API token"}))
    async with httpx2.AsyncClient(transport=transport, base_url="http://ap.test") as client:
        with pytest.raises(AccessPointUnavailable):
            await PhossAccessPoint(client).submit(shipment(KNOWN))


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"text"'], ids=str)
async def test_a_status_that_is_none_is_unavailable(body: bytes) -> None:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=body))
    async with httpx2.AsyncClient(transport=transport, base_url="http://ap.test") as client:
        with pytest.raises(AccessPointUnavailable):
            await PhossAccessPoint(client).status("x")
