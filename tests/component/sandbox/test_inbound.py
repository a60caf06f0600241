"""An outside company sends: look-up in the SMP, envelope, delivery to the named address, retries, the outcome."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from lxml import etree
from sandbox.peppol.identifiers import BILLING_TYPES
from sandbox.peppol.sbdh import unwrap

from .conftest import Platform, Running, until
from .test_access_point import DOCUMENT
from .test_smp import OURS, USER, address, group, metadata


@pytest.fixture
async def registered(http: httpx2.AsyncClient, platform: Platform) -> AsyncIterator[None]:
    """Our company is on the network; its endpoint is the platform's inbound address."""
    await http.put(address(OURS), content=group(), auth=USER)
    body = metadata(f"{platform.url}/inbound")
    assert (await http.put(address(OURS, BILLING_TYPES[0]), content=body, auth=USER)).status_code == 200
    yield
    await http.delete(address(OURS), auth=USER)


async def send(http: httpx2.AsyncClient, **changes: Any) -> dict[str, Any]:
    body = {"sender": "0106:99100001", "receiver": OURS, "document": DOCUMENT.decode()} | changes
    answer = await http.post("/control/peppol/send", json=body)
    assert answer.status_code == 202, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def outcome(http: httpx2.AsyncClient, sent: dict[str, Any]) -> dict[str, Any]:
    async def ended() -> bool:
        return (await http.get(f"/control/peppol/sent/{sent['id']}")).json()["status"] not in ("pending", "retrying")

    await until(ended, "an outcome")
    found: dict[str, Any] = (await http.get(f"/control/peppol/sent/{sent['id']}")).json()
    return found


@pytest.mark.usefixtures("registered")
async def test_the_document_arrives_in_its_envelope_with_the_token(
    http: httpx2.AsyncClient, platform: Platform
) -> None:
    sent = await send(http, instanceId="instance-1")
    call = (await platform.wait_for("/inbound"))[0]
    assert call.headers["authorization"] == "Bearer the-inbound-token"
    assert call.headers["content-type"] == "application/xml"
    envelope, document = unwrap(call.body)
    assert (envelope.sender.value, envelope.receiver.value) == ("0106:99100001", "0106:68750110")
    assert (envelope.document_type, envelope.instance_id, envelope.country) == (BILLING_TYPES[0], "instance-1", "NL")
    assert etree.tostring(document, method="c14n2") == etree.tostring(etree.fromstring(DOCUMENT), method="c14n2")
    found = await outcome(http, sent)
    assert (found["status"], found["endpoint"]) == ("delivered", f"{platform.url}/inbound")
    assert [attempt["status"] for attempt in found["attempts"]] == [200]


@pytest.mark.usefixtures("registered")
async def test_a_failing_platform_is_tried_again(http: httpx2.AsyncClient, platform: Platform) -> None:
    platform.answers.extend([(503, ""), (500, "{}")])
    found = await outcome(http, await send(http))
    assert found["status"] == "delivered"
    assert [attempt["status"] for attempt in found["attempts"]] == [503, 500, 200]
    assert len({call.body for call in platform.on("/inbound")}) == 1


@pytest.mark.usefixtures("registered")
async def test_a_platform_that_keeps_failing_is_given_up(http: httpx2.AsyncClient, platform: Platform) -> None:
    platform.answers.extend([(401, "")] * 4)
    found = await outcome(http, await send(http))
    assert (found["status"], len(found["attempts"])) == ("failed", 4)


@pytest.mark.usefixtures("registered")
async def test_a_platform_that_wants_no_retry_gets_none(http: httpx2.AsyncClient, platform: Platform) -> None:
    platform.answers.append((200, '{"retry": "none", "errorMessage": "unknown receiver"}'))
    found = await outcome(http, await send(http))
    assert (found["status"], len(found["attempts"])) == ("refused", 1)
    assert "unknown receiver" in found["attempts"][0]["response"]


@pytest.mark.usefixtures("registered")
async def test_copies_share_their_instance_identifier(http: httpx2.AsyncClient, platform: Platform) -> None:
    sent = await send(http, copies=3)
    calls = await platform.wait_for("/inbound", 3)
    assert {unwrap(call.body)[0].instance_id for call in calls} == {sent["instanceId"]}
    assert len(set(sent["copies"])) == 3


@pytest.mark.usefixtures("registered")
async def test_a_misbehaving_access_point_can_send_anything(http: httpx2.AsyncClient, platform: Platform) -> None:
    await outcome(http, await send(http, document="this is not XML", wrapped=False))
    assert platform.on("/inbound")[0].body == b"this is not XML"


async def test_who_is_not_registered_or_takes_another_type_gets_nothing(
    http: httpx2.AsyncClient, platform: Platform
) -> None:
    unknown = await send(http, receiver="0106:99900001")
    elsewhere = await send(http, receiver="0106:99100002")
    other_type = await send(http, receiver="0106:99100002", documentType="urn:other")
    assert {unknown["status"], elsewhere["status"], other_type["status"]} == {"undeliverable"}
    assert ("not registered" in unknown["reason"], "no endpoint" in other_type["reason"]) == (True, True)
    assert platform.calls == []


async def test_the_access_points_own_address_leads_to_the_forwarding_address(
    http: httpx2.AsyncClient, platform: Platform, sandbox: Running
) -> None:
    await http.put(address(OURS), content=group(), auth=USER)
    try:
        body = metadata(f"{sandbox.base_url}/peppol/ap/as4")
        await http.put(address(OURS, BILLING_TYPES[0]), content=body, auth=USER)
        found = await outcome(http, await send(http))
        assert (found["status"], len(platform.on("/forwarded"))) == ("delivered", 1)
    finally:
        await http.delete(address(OURS), auth=USER)


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "nonsense"},
        {"receiver": ""},
        {"document": "not XML"},
        {"document": "<x/>"},
        {"document": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'},
        {"country": "Netherlands"},
        {"copies": 0},
        {"surprise": 1},
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(http: httpx2.AsyncClient, changes: dict[str, Any]) -> None:
    body = {"sender": "0106:99100001", "receiver": OURS, "document": DOCUMENT.decode()} | changes
    assert (await http.post("/control/peppol/send", json=body)).status_code == 422
