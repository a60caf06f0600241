"""Small documents are validated by the process that was asked: no job, no row, the same answer."""

from typing import Any

import httpx2
import pytest
from documents.domain.findings import RulesUnavailable, UnknownDocumentType
from support.documents import World
from support.documents_facts import Company, invoice
from support.documents_fakes import fatal

OWN, BUS = "/documents/v1/validations", "/api/v1/generic/validate"


@pytest.fixture
async def company(world: World) -> Company:
    world.rules.here = True
    return await world.company()


async def validate(world: World, company: Company, path: str) -> httpx2.Response:
    headers = {"Content-Type": "application/xml", **(company.by_person if path == OWN else company.by_key)}
    return await world.http.post(path, content=invoice(company, "0106:99100001"), headers=headers)


async def rows(world: World) -> tuple[Any, ...]:
    return tuple(await world.pool.fetchrow("select (select count(*) from checks), (select count(*) from jobs)"))


async def test_both_calls_answer_without_the_worker(world: World, company: Company) -> None:
    world.rules.findings = (fatal(),)
    before = await rows(world)
    own, bus = await validate(world, company, OWN), await validate(world, company, BUS)
    assert (own.status_code, bus.status_code) == (200, 200)
    assert own.json()["valid"] is False
    assert bus.json()["isValid"] is False
    assert own.json()["findings"][0]["ruleId"] == bus.json()["assertions"][0]["ruleId"] == "BR-CO-15"
    assert own.json()["ruleSets"][0]["engine"] == "fake"
    assert await rows(world) == before


async def test_a_document_that_cannot_be_judged_is_refused_with_the_reason(world: World, company: Company) -> None:
    world.rules.failure = UnknownDocumentType("of no type")
    answer = await validate(world, company, OWN)
    assert (answer.status_code, answer.json()["detail"]) == (422, "of no type")


async def test_rules_that_are_away_are_not_the_document_s_fault(world: World, company: Company) -> None:
    world.rules.failure = RulesUnavailable()
    assert (await validate(world, company, OWN)).status_code == 503
