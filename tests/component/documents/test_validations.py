"""Findings explained in plain words: in both validate calls, with a document, and never in an event."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from documents.domain.explanations.wording import Explanation, Wording
from documents.domain.findings import Finding, RulesUnavailable, UnknownDocumentType
from shared.ids import new_id
from support.documents import World
from support.documents_facts import TYPES, Company, invoice
from support.documents_fakes import fatal, warning
from support.tokens import bearer

OWN, BUS = "/documents/v1/validations", "/api/v1/generic/validate"
EXPLANATION = Explanation(
    nl=Wording(found="Het totaal is 1.200,00.", expected="Het totaal is 1.210,00."),
    en=Wording(found="The total is 1,200.00.", expected="The total is 1,210.00."),
)
IN_JSON = {
    "nl": {"found": "Het totaal is 1.200,00.", "expected": "Het totaal is 1.210,00."},
    "en": {"found": "The total is 1,200.00.", "expected": "The total is 1,210.00."},
}


def found() -> tuple[Finding, Finding]:
    """An explained finding and one without an explanation."""
    return replace(fatal(), explanation=EXPLANATION), warning()


@pytest.fixture
async def company(world: World) -> Company:
    return await world.company()


async def validate(
    world: World, path: str, document: bytes, headers: dict[str, str], *, jobs: bool = True
) -> httpx2.Response:
    headers = {"Content-Type": "application/xml", **headers}
    asking = asyncio.create_task(world.http.post(path, content=document, headers=headers))
    if jobs:
        await world.work(at_least=1)
    return await asking


async def test_validating_explains_what_it_finds_and_keeps_nothing(world: World, company: Company) -> None:
    world.rules.findings = found()
    answer = await validate(world, OWN, invoice(company, "0106:99100001"), company.by_person)

    assert answer.status_code == 200
    body = answer.json()
    assert (body["valid"], body["omittedFindings"]) == (False, 0)
    assert body["documentType"]["documentTypeId"] == TYPES[0]
    assert [(rule_set["name"], rule_set["version"]) for rule_set in body["ruleSets"]] == [("cen-ubl", "1.3.16")]
    assert body["findings"] == [
        {
            "ruleId": "BR-CO-15",
            "ruleSet": "",
            "severity": "fatal",
            "artifact": "business-rules",
            "location": "/ubl:Invoice/cac:LegalMonetaryTotal[1]",
            "text": "The total is not the sum.",
            "explanation": IN_JSON,
        },
        {
            "ruleId": "PEPPOL-W-1",
            "ruleSet": "",
            "severity": "warning",
            "artifact": "business-rules",
            "location": "/ubl:Invoice",
            "text": "Think again.",
            "explanation": None,
        },
    ]
    assert await world.holds_nothing()
    assert await world.pool.fetchval("select count(*) from checks") == 0


async def test_a_key_validates_too_and_warnings_alone_are_valid(world: World, company: Company) -> None:
    world.rules.findings = (warning(),)
    answer = await validate(world, OWN, invoice(company, "0106:99100001"), company.by_key)

    assert (answer.status_code, answer.json()["valid"], len(answer.json()["findings"])) == (200, True, 1)


async def test_the_message_bus_gives_the_explanation_beside_the_documented_fields(
    world: World, company: Company
) -> None:
    world.rules.findings = found()
    answer = await validate(world, BUS, invoice(company, "0106:99100001"), company.by_key)

    explained, bare = answer.json()["assertions"]
    assert explained["explanation"] == IN_JSON
    assert set(bare) == {"artifact", "flag", "text", "ruleId", "location"}


def problem(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("document", "status"),
    [(b"<a", 400), (b"", 400), (b"<!DOCTYPE a><a/>", 400), (b"\xff\xfe", 400), (b"<a/>", 422)],
)
async def test_what_cannot_be_read_is_a_problem(world: World, company: Company, document: bytes, status: int) -> None:
    answer = await validate(world, OWN, document, company.by_person, jobs=False)

    assert problem(answer)[0] == status
    assert world.rules.seen == []


async def test_a_document_that_the_rules_do_not_take_is_a_problem(world: World, company: Company) -> None:
    world.rules.failure = UnknownDocumentType("of no type that is validated here")
    answer = await validate(world, OWN, invoice(company, "0106:99100001"), company.by_person)

    assert problem(answer) == (422, "unknown_document_type")
    assert "of no type that is validated here" in answer.json()["detail"]


async def test_without_rules_the_problem_is_a_503(world: World, company: Company) -> None:
    world.rules.failure = RulesUnavailable()
    answer = await validate(world, OWN, invoice(company, "0106:99100001"), company.by_person, jobs=False)

    assert problem(answer)[0] == 503
    assert await world.pool.fetchval("select count(*) from checks") == 0


@pytest.mark.parametrize(
    ("headers", "status"), [({"Content-Type": "application/pdf"}, 415), ({"Content-Type": "multipart/form-data"}, 400)]
)
async def test_an_upload_of_another_kind_is_refused(
    world: World, company: Company, headers: dict[str, str], status: int
) -> None:
    answer = await validate(world, OWN, b"x", {**company.by_person, **headers}, jobs=False)

    assert problem(answer)[0] == status


async def test_validating_needs_a_token_with_a_scope_and_a_person_who_is_here(world: World, company: Company) -> None:
    strange = bearer(sub=company.administrator, env=company.environment, scope="billing:read")
    unknown = bearer(sub=new_id(), env=company.environment, scope="documents:read")

    assert problem(await validate(world, OWN, b"<a/>", {}, jobs=False))[0] == 401
    assert problem(await validate(world, OWN, b"<a/>", strange, jobs=False))[0] == 403
    assert problem(await validate(world, OWN, b"<a/>", unknown, jobs=False))[0] == 403


async def rejected(world: World) -> tuple[Company, dict[str, Any]]:
    world.rules.findings = found()
    sender, receiver = await world.company(), await world.company(receiving=True)
    answer = await world.send(sender, invoice(sender, receiver))
    await world.work()
    return sender, await world.document(sender, answer.json()["id"])


async def test_a_rejected_document_shows_its_findings_explained(world: World) -> None:
    _, document = await rejected(world)

    assert document["status"] == "rejected"
    assert [finding["explanation"] for finding in document["findings"]] == [IN_JSON, None]


async def test_no_event_says_what_was_found_in_the_document(world: World) -> None:
    await rejected(world)

    (event,) = await world.published("document-rejected")
    assert [finding["rule_id"] for finding in event.data["findings"]] == ["BR-CO-15", "PEPPOL-W-1"]
    assert "1,200.00" not in str([published.data for published in await world.published()])
    assert "explanation" not in str([published.data for published in await world.published()])


async def test_a_verdict_from_before_there_were_explanations_is_shown(world: World) -> None:
    sender, document = await rejected(world)
    await world.pool.execute("""update verdicts set findings = '[{"rule_id": "BR-02", "severity": "fatal",
        "location": "/ubl:Invoice", "text": "text", "artifact": "business-rules"}]'::jsonb""")

    (finding,) = (await world.document(sender, document["id"]))["findings"]
    assert (finding["ruleId"], finding["explanation"]) == ("BR-02", None)


async def test_waiting_for_a_rejection_gives_its_explanations(world: World) -> None:
    world.rules.findings = found()
    sender, receiver = await world.company(), await world.company(receiving=True)
    sending = asyncio.create_task(world.send(sender, invoice(sender, receiver), headers={"Prefer": "wait=5"}))
    await world.work(at_least=1)

    explained, bare = (await sending).json()["assertions"]
    assert explained["explanation"] == IN_JSON
    assert "explanation" not in bare
