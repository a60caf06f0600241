"""The access point: submitting, what each magic receiver does, and what arrives where."""

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2
import pytest
from lxml import etree
from sandbox.identifiers import now
from sandbox.peppol.identifiers import BILLING_TYPES, participant
from sandbox.peppol.sbdh import Envelope, wrap

from .conftest import Platform, until
from .test_smp import OURS, USER, address, group, metadata

TOKEN = {"X-Token": "sandbox-ap-token"}
API = "/peppol/ap/api/outbound"
PROCESS = "cenbii-procid-ubl::urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
DOCUMENT = (
    b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
    b'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
    b"<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    b"</cbc:CustomizationID><cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>"
    b"<cbc:ID>F-1</cbc:ID></Invoice>"
)


def submit_path(receiver: str, *, kind: str = f"busdox-docid-qns::{BILLING_TYPES[0]}", country: str = "NL") -> str:
    parts = ("iso6523-actorid-upis::0106:68750110", receiver, kind, PROCESS, country)
    return "/".join((f"{API}/submit", *(quote(part, safe="") for part in parts)))


async def submit(http: httpx2.AsyncClient, receiver: str, instance_id: str | None = None) -> tuple[Any, str]:
    instance_id = instance_id or str(uuid4())
    answer = await http.post(
        submit_path(receiver), params={"sbdhInstanceID": instance_id}, content=DOCUMENT, headers=TOKEN
    )
    return answer, instance_id


async def status(http: httpx2.AsyncClient, instance_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await http.get(f"{API}/status/{instance_id}", headers=TOKEN)).json()
    return found


async def reaches(http: httpx2.AsyncClient, instance_id: str, **wanted: str) -> dict[str, Any]:
    async def there() -> bool:
        found = await status(http, instance_id)
        return all(found[name] == value for name, value in wanted.items())

    await until(there, f"{wanted}")
    return await status(http, instance_id)


async def received(http: httpx2.AsyncClient, who: str, instance_id: str) -> list[dict[str, Any]]:
    found = (await http.get("/control/peppol/received", params={"participant": who})).json()["items"]
    return [item for item in found if item["instanceId"] == instance_id]


async def test_a_document_is_sent_receipted_acknowledged_and_seen_by_its_receiver(http: httpx2.AsyncClient) -> None:
    answer, instance_id = await submit(http, "iso6523-actorid-upis::0106:99100001")
    report = answer.json()
    assert answer.status_code == 200
    assert (report["sendingSuccess"], report["overallSuccess"], report["sendingResult"]) == (True, True, "SUCCESS")
    assert report["sbdhInstanceIdentifier"] == instance_id
    receipt = etree.fromstring(report["as4ReceivedSignalMsg"])
    assert receipt.findtext(".//{*}RefToMessageId") == report["as4MessageId"]
    found = await status(http, instance_id)
    assert (found["status"], found["attemptCount"]) == ("sent", 1)
    assert (found["receiverID"], found["completedDT"] is not None) == ("iso6523-actorid-upis::0106:99100001", True)
    await reaches(http, instance_id, mlsStatus="received_ap")
    (item,) = await received(http, "0106:99100001", instance_id)
    assert (item["sender"], item["document"].encode()) == ("0106:68750110", DOCUMENT)
    assert item["as4MessageId"] == report["as4MessageId"]


async def test_the_token_is_checked(http: httpx2.AsyncClient) -> None:
    for headers in ({}, {"X-Token": "wrong"}, {"Authorization": "Bearer sandbox-ap-token"}):
        answer = await http.get(f"{API}/status/any", headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"error": "Invalid or missing API token"})


@pytest.mark.parametrize("receiver", ["0106:99900001", "0106:99900002"])
async def test_a_receiver_who_is_not_on_the_network_fails_for_good(http: httpx2.AsyncClient, receiver: str) -> None:
    answer, instance_id = await submit(http, receiver)
    assert (answer.status_code, answer.json()["overallSuccess"]) == (422, False)
    assert receiver in answer.json()["lookupError"]
    found = await status(http, instance_id)
    assert (found["status"], found["attemptCount"], found["nextRetryDT"]) == ("permanently_failed", 1, None)


async def test_a_document_type_that_the_receiver_does_not_take_fails_for_good(http: httpx2.AsyncClient) -> None:
    path = submit_path("0106:99100001", kind="busdox-docid-qns::urn:other")
    answer = await http.post(path, params={"sbdhInstanceID": "other-kind"}, content=DOCUMENT, headers=TOKEN)
    assert answer.status_code == 422
    assert (await status(http, "other-kind"))["status"] == "permanently_failed"


async def test_a_receiver_who_is_down_twice_gets_it_at_the_third_attempt(http: httpx2.AsyncClient) -> None:
    answer, instance_id = await submit(http, "0106:99900003")
    assert (answer.status_code, answer.json()["sendingResult"]) == (422, "TRANSPORT_ERROR")
    found = await reaches(http, instance_id, status="sent")
    assert (found["attemptCount"], found["errorDetails"]) == (3, None)
    assert len(await received(http, "0106:99900003", instance_id)) == 1


async def test_a_receiver_who_is_always_down_is_given_up_after_the_last_attempt(http: httpx2.AsyncClient) -> None:
    _, instance_id = await submit(http, "0106:99900004")
    waiting = await reaches(http, instance_id, status="failed")
    in_transmission = (await http.get(f"{API}/in-transmission", headers=TOKEN)).json()
    assert instance_id in [item["sbdhInstanceID"] for item in in_transmission]
    assert waiting["nextRetryDT"] is not None
    found = await reaches(http, instance_id, status="permanently_failed")
    assert (found["attemptCount"], "connection refused" in found["errorDetails"]) == (4, True)
    assert await received(http, "0106:99900004", instance_id) == []


async def test_an_as4_error_is_final(http: httpx2.AsyncClient) -> None:
    answer, instance_id = await submit(http, "0106:99900005")
    report = answer.json()
    assert (answer.status_code, report["as4ResponseError"]) == (422, True)
    assert report["as4ResponseErrors"][0]["description"] == "PEPPOL:NOT_SERVICED"
    assert (await status(http, instance_id))["status"] == "permanently_failed"


async def test_a_slow_receiver_keeps_the_caller_waiting_while_the_status_says_sending(
    http: httpx2.AsyncClient,
) -> None:
    instance_id = str(uuid4())
    with pytest.raises(httpx2.ReadTimeout):
        await http.post(
            submit_path("0106:99900006"), params={"sbdhInstanceID": instance_id}, content=DOCUMENT, headers=TOKEN,
            timeout=0.2,
        )  # fmt: skip
    assert (await status(http, instance_id))["status"] == "sending"
    await reaches(http, instance_id, status="sent", mlsStatus="received_ap")


async def test_one_receiver_never_acknowledges_and_one_does_it_twice(
    http: httpx2.AsyncClient, platform: Platform
) -> None:
    _, silent = await submit(http, "0106:99900007")
    _, eager = await submit(http, "0106:99900008")

    async def acknowledged_twice() -> bool:
        steps = (await http.get(f"/control/peppol/outbound/{eager}")).json()["steps"]
        return sum("received_ap" in step["what"] for step in steps) == 2

    await until(acknowledged_twice, "two acknowledgements")
    found = await status(http, silent)
    assert (found["status"], found["mlsStatus"]) == ("sent", "pending")
    views = [json.loads(call.body) for call in platform.on("/notified")]
    assert [view["mlsStatus"] for view in views if view["sbdhInstanceID"] == eager] == [
        "pending", "received_ap", "received_ap",
    ]  # fmt: skip
    assert platform.on("/notified")[0].headers["authorization"] == "Bearer the-inbound-token"


async def test_without_a_receipt_the_document_arrives_more_than_once(http: httpx2.AsyncClient) -> None:
    answer, instance_id = await submit(http, "0106:99900009")
    assert (answer.status_code, answer.json()["sendingResult"]) == (422, "NO_SIGNAL_MESSAGE_RECEIVED")
    await reaches(http, instance_id, status="permanently_failed")
    assert len(await received(http, "0106:99900009", instance_id)) == 4


async def test_a_document_can_be_rejected_after_it_was_sent(http: httpx2.AsyncClient) -> None:
    answer, instance_id = await submit(http, "0106:99900010")
    assert answer.status_code == 200
    found = await reaches(http, instance_id, mlsStatus="received_re")
    assert (found["status"], "rejected" in found["errorDetails"]) == ("sent", True)


async def test_an_instance_identifier_works_once(http: httpx2.AsyncClient) -> None:
    _, instance_id = await submit(http, "0106:99100002")
    again, _ = await submit(http, "0106:99100002", instance_id)
    assert (again.status_code, again.json()) == (422, "Failed to submit outbound transaction")
    assert len(await received(http, "0106:99100002", instance_id)) == 1


@pytest.mark.parametrize("body", [b"", b"no xml", b"<!DOCTYPE x><x/>", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'])
async def test_an_unreadable_document_is_not_stored(http: httpx2.AsyncClient, body: bytes) -> None:
    answer = await http.post(
        submit_path("0106:99100001"), params={"sbdhInstanceID": "unreadable"}, content=body, headers=TOKEN
    )
    assert answer.status_code == 422
    assert (await http.get(f"{API}/status/unreadable", headers=TOKEN)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        submit_path("nonsense"),
        submit_path("other-scheme::0106:99100001"),
        submit_path("0106:99100001", kind="busdox-docid-qns:: "),
        submit_path("0106:99100001", country="Netherlands"),
    ],
)
async def test_malformed_identifiers_are_a_bad_request(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.post(path, content=DOCUMENT, headers=TOKEN)
    assert (answer.status_code, answer.json()[:15]) == (400, "Failed to parse")


async def test_a_complete_envelope_can_be_submitted(http: httpx2.AsyncClient) -> None:
    envelope = Envelope(
        sender=participant("0106:68750110"), receiver=participant("0190:00000009910000300000"),
        document_type=BILLING_TYPES[0], country="NL", instance_id=str(uuid4()),
    )  # fmt: skip
    answer = await http.post(
        f"{API}/submit-sbd", content=wrap(etree.fromstring(DOCUMENT), envelope, now()), headers=TOKEN
    )
    assert (answer.status_code, answer.json()["sbdhInstanceIdentifier"]) == (200, envelope.instance_id)
    (item,) = await received(http, "0190:00000009910000300000", envelope.instance_id)
    assert etree.fromstring(item["document"].encode()).tag == etree.fromstring(DOCUMENT).tag
    assert (await http.post(f"{API}/submit-sbd", content=DOCUMENT, headers=TOKEN)).status_code == 400


async def test_a_receiver_that_the_platform_registered_gets_it_at_its_own_endpoint(
    http: httpx2.AsyncClient, platform: Platform
) -> None:
    await http.put(address(OURS), content=group(), auth=USER)
    try:
        body = metadata(f"{platform.url}/home")
        await http.put(address(OURS, BILLING_TYPES[0]), content=body, auth=USER)
        answer, instance_id = await submit(http, OURS)
        assert answer.status_code == 200
        assert instance_id in (await platform.wait_for("/home"))[0].body.decode()
    finally:
        await http.delete(address(OURS), auth=USER)


async def test_the_access_point_can_be_taken_down_and_up(http: httpx2.AsyncClient) -> None:
    await http.put("/control/peppol", json={"accessPoint": {"mode": "unavailable"}})
    try:
        down, instance_id = await submit(http, "0106:99100001")
    finally:
        await http.put("/control/peppol", json={"accessPoint": {"mode": "up"}})
    assert down.status_code == 503
    again, _ = await submit(http, "0106:99100001", instance_id)
    assert again.status_code == 200
