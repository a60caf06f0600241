"""Asking before sending: can a party be reached, how, and is a document valid."""

import asyncio
from typing import Any

import httpx2
import pytest
from documents.application.query_recipient import BILLING_TYPE, CREDIT_NOTE_TYPE
from documents.domain.errors import LookupUnavailable
from documents.domain.findings import RulesUnavailable, UnknownDocumentType
from support.documents import World
from support.documents_facts import TYPES, Company, invoice
from support.documents_fakes import fatal, warning

ELSEWHERE, UNKNOWN = "0106:99100001", "0106:99999999"


@pytest.fixture
async def company(world: World) -> Company:
    world.network.reachable[ELSEWHERE] = TYPES
    return await world.company()


async def query(world: World, company: Company, parties: Any, **params: str) -> httpx2.Response:
    return await world.http.post(
        f"/api/v1/{company.party}/salesInvoice/queryRecipientParty", json=parties, params=params, headers=company.by_key
    )


@pytest.mark.requirement("RA6.2")
async def test_the_best_of_several_identifiers_is_found(world: World, company: Company) -> None:
    here = await world.company(receiving=True)
    answer = await query(world, company, [UNKNOWN, ELSEWHERE, here.party])
    assert answer.json() == {"id": here.party, "channel": "platform", "description": "delivery within the platform"}
    answer = await query(world, company, [UNKNOWN, f"iso6523-actorid-upis::{ELSEWHERE}"])
    assert (answer.json()["id"], answer.json()["channel"]) == (ELSEWHERE, "peppol")


async def test_the_question_may_also_be_a_get(world: World, company: Company) -> None:
    params = {"identifier": [UNKNOWN, ELSEWHERE]}
    answer = await world.http.get("/api/v1/queryRecipientParty", params=params, headers=company.by_key)
    assert (answer.status_code, answer.json()["id"], answer.json()["channel"]) == (200, ELSEWHERE, "peppol")
    assert (await world.http.get("/api/v1/queryRecipientParty", params=params)).status_code == 401


async def test_a_party_that_does_not_receive_here_is_looked_up_in_the_network(world: World, company: Company) -> None:
    silent = await world.company(receiving=False)
    assert (await query(world, company, [silent.party])).status_code == 404
    world.network.reachable[silent.party] = TYPES
    assert (await query(world, company, [silent.party])).json()["channel"] == "peppol"


async def test_none_found_is_a_404_that_names_them(world: World, company: Company) -> None:
    answer = await query(world, company, [UNKNOWN])
    assert (answer.status_code, answer.json()["code"]) == (404, "API404")
    assert UNKNOWN in answer.json()["message"]


async def test_the_preferred_type_is_the_one_asked_for(world: World, company: Company) -> None:
    world.network.reachable[ELSEWHERE] = (CREDIT_NOTE_TYPE,)
    assert (await query(world, company, [ELSEWHERE])).status_code == 404
    preferred = f"busdox-docid-qns::{CREDIT_NOTE_TYPE}"
    assert (await query(world, company, [ELSEWHERE], preferredDocumentTypeId=preferred)).status_code == 200


@pytest.mark.parametrize("parties", [[], ["nonsense"], "0106:1", [1], [UNKNOWN] * 11, {}], ids=str)
async def test_a_question_that_is_none_is_a_400(world: World, company: Company, parties: Any) -> None:
    answer = await query(world, company, parties)
    assert (answer.status_code, answer.json()["code"]) == (400, "API400")


async def test_a_directory_that_is_down_is_a_503(world: World, company: Company) -> None:
    world.network.failure = LookupUnavailable()
    answer = await query(world, company, [UNKNOWN])
    assert (answer.status_code, answer.json()["code"]) == (503, "API503")


async def test_delivery_options_need_no_token(world: World, company: Company) -> None:
    answer = await world.http.get("/api/v1/peppol/deliveryOption", params={"partyIds": [UNKNOWN, ELSEWHERE]})
    (option,) = answer.json()
    assert set(option) == {
        "partyId", "documentTypeId", "processId", "family", "protocol", "url", "accessPoint", "certificate",
    }  # fmt: skip
    assert (option["partyId"], option["protocol"]) == (ELSEWHERE, "As4")
    assert option["documentTypeId"] == f"busdox-docid-qns::{BILLING_TYPE}"


async def test_the_preferred_type_comes_first(world: World, company: Company) -> None:
    params = {"partyIds": ELSEWHERE, "documentTypeIds": BILLING_TYPE, "preferredDocumentTypeId": CREDIT_NOTE_TYPE}
    answer = await world.http.get("/api/v1/peppol/deliveryOption", params=params)
    kinds = [option["documentTypeId"] for option in answer.json()]
    assert kinds == [f"busdox-docid-qns::{kind}" for kind in (CREDIT_NOTE_TYPE, BILLING_TYPE)]
    answer = await world.http.get("/api/v1/peppol/deliveryOption", params={"partyIds": ELSEWHERE, "isCredit": True})
    assert [option["documentTypeId"] for option in answer.json()] == [f"busdox-docid-qns::{CREDIT_NOTE_TYPE}"]


@pytest.mark.parametrize("params", [{}, {"partyIds": "x"}, {"partyIds": [UNKNOWN] * 11}], ids=str)
async def test_delivery_options_of_nonsense_are_a_400(world: World, params: dict[str, Any]) -> None:
    answer = await world.http.get("/api/v1/peppol/deliveryOption", params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, "API400")


async def validate(world: World, company: Company, document: bytes, *, jobs: bool = True) -> httpx2.Response:
    asking = asyncio.create_task(
        world.http.post(
            "/api/v1/generic/validate", content=document, headers={**company.by_key, "Content-Type": "application/xml"}
        )
    )
    if jobs:
        await world.work(at_least=1)
    return await asking


async def test_validation_says_what_the_rules_say_and_keeps_nothing(world: World, company: Company) -> None:
    world.rules.findings = (fatal(), warning())
    answer = await validate(world, company, invoice(company, ELSEWHERE))
    body = answer.json()
    assert (answer.status_code, body["isValid"]) == (200, False)
    assert body["source"]["typeId"] == TYPES[0]
    assert [(item["artifact"], item["flag"], item["ruleId"]) for item in body["assertions"]] == [
        ("business-rules", "error", "BR-CO-15"),
        ("business-rules", "warning", "PEPPOL-W-1"),
    ]
    assert await world.holds_nothing()
    assert await world.pool.fetchval("select count(*) from checks") == 0


async def test_a_valid_document_is_valid(world: World, company: Company) -> None:
    answer = await validate(world, company, invoice(company, ELSEWHERE))
    assert (answer.json()["isValid"], answer.json()["assertions"]) == (True, [])


async def test_a_document_that_the_rules_do_not_take_is_a_400(world: World, company: Company) -> None:
    world.rules.failure = UnknownDocumentType("of no type that is validated here")
    answer = await validate(world, company, invoice(company, ELSEWHERE))
    assert (answer.status_code, answer.json()["code"]) == (400, "API400")


@pytest.mark.parametrize("document", [b"<a", b"", b"<!DOCTYPE a><a/>", b"<a/>"])
async def test_what_cannot_be_read_is_refused_before_the_rules(world: World, company: Company, document: bytes) -> None:
    answer = await validate(world, company, document, jobs=False)
    assert (answer.status_code, answer.json()["code"]) == (400, "API400")
    assert world.rules.seen == []


async def test_without_rules_the_answer_is_a_503(world: World, company: Company) -> None:
    world.rules.failure = RulesUnavailable()
    answer = await validate(world, company, invoice(company, ELSEWHERE), jobs=False)
    assert (answer.status_code, answer.json()["code"]) == (503, "API503")
    assert await world.pool.fetchval("select count(*) from checks") == 0


async def test_validation_needs_a_token(world: World) -> None:
    answer = await world.http.post("/api/v1/generic/validate", content=b"<a/>")
    assert answer.status_code == 401
