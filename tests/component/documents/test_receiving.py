"""From the network: taken for who receives it here, once per message, charged once, refused otherwise."""

import asyncio
from typing import Any

import httpx2
import pytest
from documents.domain import findings
from support.documents import INBOUND_TOKEN, World
from support.documents_facts import TYPES, Company, invoice, new_company, organization_fact
from support.documents_fakes import fatal
from support.documents_messages import SBDH, envelope

TOKEN = {"Authorization": f"Bearer {INBOUND_TOKEN}", "Content-Type": "application/xml"}


async def arrive(world: World, content: bytes, **headers: str) -> httpx2.Response:
    return await world.http.post("/documents/v1/access-point/inbound", content=content, headers={**TOKEN, **headers})


@pytest.fixture
async def receiver(world: World) -> Company:
    return await world.company(receiving=True)


def from_outside(receiver: Company, **changes: Any) -> bytes:
    return invoice(new_company(), receiver, **changes)


@pytest.mark.requirement("R1.1", "R10.8", "RA6.1")
async def test_a_document_arrives_through_peppol_is_announced_and_charged_once(world: World, receiver: Company) -> None:
    answer = await arrive(world, envelope(from_outside(receiver, id="IN-1"), receiver.party))
    assert (answer.status_code, answer.json()["repeated"]) == (200, False), answer.text
    (inbound,) = await world.inbox(receiver)
    assert inbound["id"] == answer.json()["id"]
    assert (inbound["status"], inbound["deliveryChannel"]["code"]) == ("available", "peppol")
    assert (inbound["sender"], inbound["number"]) == ("0106:99100001", "IN-1")
    told = [(event.type, event.key) for event in await world.published()]
    assert told == [
        ("documents.document-received.v1", inbound["id"]),
        ("documents.service-rendered.v1", str(receiver.environment)),
    ]


async def test_what_is_kept_is_the_document_and_not_the_envelope(world: World, receiver: Company) -> None:
    answer = await arrive(world, envelope(from_outside(receiver), receiver.party))
    content = await world.http.get(f"/documents/v1/documents/{answer.json()['id']}/content", headers=receiver.by_person)
    assert content.headers["content-type"] == "application/xml"
    assert b"StandardBusinessDocument>" not in content.content
    assert b"<cbc:CustomizationID>" in content.content


async def test_our_rules_look_at_it_afterwards_and_keep_it_from_nobody(world: World, receiver: Company) -> None:
    world.rules.findings = (fatal(),)
    answer = await arrive(world, envelope(from_outside(receiver), receiver.party))
    await world.work()
    detail = await world.document(receiver, answer.json()["id"])
    assert (detail["status"], detail["validated"]) == ("available", True)
    assert [finding["ruleId"] for finding in detail["findings"]] == ["BR-CO-15"]


async def test_without_rules_it_is_received_all_the_same(world: World, receiver: Company) -> None:
    world.rules.failure = findings.RulesUnavailable()
    answer = await arrive(world, envelope(from_outside(receiver), receiver.party))
    await world.work_due()
    detail = await world.document(receiver, answer.json()["id"])
    assert (detail["status"], detail["validated"]) == ("available", False)


@pytest.mark.requirement("R10.8")
async def test_the_same_message_again_gets_the_same_answer_and_changes_nothing(world: World, receiver: Company) -> None:
    content = envelope(from_outside(receiver), receiver.party)
    first = await arrive(world, content)
    before = await world.published()
    again = await arrive(world, content)
    assert (again.status_code, again.json()) == (200, {"id": first.json()["id"], "repeated": True})
    assert await world.published() == before


@pytest.mark.requirement("R10.8")
async def test_of_many_deliveries_of_one_message_at_once_one_counts(world: World, receiver: Company) -> None:
    content = envelope(from_outside(receiver), receiver.party)
    answers = await asyncio.gather(*(arrive(world, content) for _ in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [answer.json()["repeated"] for answer in answers].count(False) == 1
    assert len(await world.published("service-rendered")) == 1
    assert len(await world.inbox(receiver)) == 1


@pytest.mark.requirement("RA6.3")
async def test_the_same_invoice_in_another_message_is_a_duplicate(world: World, receiver: Company) -> None:
    document = from_outside(receiver)
    await arrive(world, envelope(document, receiver.party))
    await arrive(world, envelope(document, receiver.party))
    assert [item["status"] for item in await world.inbox(receiver)] == ["duplicate", "available"]
    assert len(await world.published("service-rendered")) == 1


@pytest.mark.requirement("R10.6")
async def test_for_who_does_not_receive_it_is_refused_for_good_and_free(world: World) -> None:
    silent = await world.company(receiving=False)
    answer = await arrive(world, envelope(from_outside(silent), silent.party))
    assert (answer.status_code, answer.json()["retry"]) == (422, "none")
    assert answer.json()["code"] == "receiver_does_not_receive"
    assert await world.published() == []
    assert await world.pool.fetchval("select count(*) from documents") == 0


@pytest.mark.requirement("R10.6")
async def test_for_a_type_that_is_switched_off_it_is_refused(world: World, receiver: Company) -> None:
    credit_notes = tuple(kind for kind in TYPES if "CreditNote" in kind)
    await world.learn(organization_fact(receiver, receiving=True, types=credit_notes), sequence=2)
    answer = await arrive(world, envelope(from_outside(receiver), receiver.party))
    assert (answer.status_code, answer.json()["retry"]) == (422, "none")


async def test_for_nobody_here_it_is_refused(world: World) -> None:
    stranger = new_company()
    answer = await arrive(world, envelope(from_outside(stranger), stranger.party))
    assert (answer.status_code, answer.json()["retry"]) == (422, "none")


@pytest.mark.requirement("R10.9")
async def test_reception_goes_on_without_credit_and_is_charged(world: World) -> None:
    poor = await world.company(receiving=True, depleted=True)
    answer = await arrive(world, envelope(from_outside(poor), poor.party))
    assert answer.status_code == 200
    (charge,) = await world.published("service-rendered")
    assert (charge.data["service"], charge.data["payer_environment"]) == ("receive_einvoice", str(poor.environment))


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", f"Basic {INBOUND_TOKEN}"])
async def test_who_does_not_have_the_token_is_refused(world: World, receiver: Company, authorization: str) -> None:
    content = envelope(from_outside(receiver), receiver.party)
    answer = await arrive(world, content, Authorization=authorization)
    assert answer.status_code == 401
    assert await world.published() == []


async def test_a_customers_token_does_not_open_this_door(world: World, receiver: Company) -> None:
    content = envelope(from_outside(receiver), receiver.party)
    assert (await arrive(world, content, **receiver.by_key)).status_code == 401


HEADER = "StandardBusinessDocumentHeader"


BAD_CONTENT = {
    "no envelope": invoice(new_company(), "0106:11111111"),
    "not XML": b"nonsense",
    "a DOCTYPE": b"<!DOCTYPE x><x/>",
    "empty": b"",
    "no payload": f'<StandardBusinessDocument xmlns="{SBDH}"><{HEADER}/></StandardBusinessDocument>'.encode(),
    "no header": f'<StandardBusinessDocument xmlns="{SBDH}"><a/></StandardBusinessDocument>'.encode(),
    "another type in the envelope": envelope(invoice(new_company(), "0106:11111111"), "0106:11111111", kind=TYPES[1]),
    "no process": envelope(invoice(new_company(), "0106:11111111"), "0106:11111111", process=""),
    "no receiver": envelope(invoice(new_company(), "0106:11111111"), ""),
    "an unknown document": envelope(b"<Order/>", "0106:11111111"),
}


@pytest.mark.parametrize("content", BAD_CONTENT.values(), ids=BAD_CONTENT.keys())
async def test_what_is_no_message_is_refused_for_good(world: World, content: bytes) -> None:
    answer = await arrive(world, content)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["retry"] == "none"


async def test_a_message_that_is_too_large_is_refused_for_good(world: World) -> None:
    answer = await arrive(world, b" " * 26_000_000)
    assert (answer.status_code, answer.json()["retry"]) == (413, "none")
