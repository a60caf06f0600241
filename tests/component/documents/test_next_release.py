"""Dual validation: the release in force decides; when the next one says the opposite, both are told."""

import asyncio
from datetime import date
from typing import Any

import httpx2
import pytest
from documents.domain.findings import Finding, RulesUnavailable, ValidationCrashed
from documents.domain.releases import Release
from structlog.testing import capture_logs
from support.documents import INBOUND_TOKEN, World, running_documents
from support.documents_facts import Company, invoice, new_company
from support.documents_fakes import fatal, warning
from support.documents_messages import envelope

OWN, BUS = "/documents/v1/validations", "/api/v1/generic/validate"
NEXT = Release(name="2026.11", in_force_from=date(2027, 2, 22))
NOW_BAD, NEXT_BAD = fatal("BR-CO-25"), fatal("UBL-SR-56")


@pytest.fixture
async def company(world: World) -> Company:
    world.rules.upcoming = NEXT
    return await world.company()


async def validate(
    world: World, company: Company, path: str = OWN, *, jobs: bool = True, language: str = "en", **params: str
) -> httpx2.Response:
    headers = {"Content-Type": "application/xml", "Accept-Language": language}
    headers |= company.by_person if path == OWN else company.by_key
    document = invoice(company, "0106:99100001")
    asking = asyncio.create_task(world.http.post(path, content=document, headers=headers, params=params))
    if jobs:
        await world.work(at_least=1)
    return await asking


@pytest.mark.parametrize(
    ("now", "later", "english", "dutch"),
    [
        (
            (warning(),),
            (NEXT_BAD,),
            "Passes now, fails from 2027-02-22 (rules 2026.11)",
            "Voldoet nu, niet meer vanaf 22-02-2027 (regels 2026.11)",
        ),
        (
            (NOW_BAD,),
            (warning(),),
            "Fails now, passes from 2027-02-22 (rules 2026.11)",
            "Voldoet nu niet, wel vanaf 22-02-2027 (regels 2026.11)",
        ),
    ],
)
@pytest.mark.parametrize("place", ["here", "worker"])
async def test_when_one_release_passes_and_the_other_fails_both_are_told(
    world: World,
    company: Company,
    place: str,
    now: tuple[Finding, ...],
    later: tuple[Finding, ...],
    english: str,
    dutch: str,
) -> None:
    world.rules.here, world.rules.findings, world.rules.next_findings = place == "here", now, later
    valid = NOW_BAD not in now
    own = (await validate(world, company, jobs=place == "worker")).json()
    assert (own["valid"], own["release"]) == (valid, "2026.5")
    assert [finding["ruleId"] for finding in own["findings"]] == [finding.rule_id for finding in now]
    told = own["nextRelease"]
    assert (told["name"], told["inForceFrom"], told["passes"]) == ("2026.11", "2027-02-22", not valid)
    assert [finding["ruleId"] for finding in told["findings"]] == [finding.rule_id for finding in later]
    assert (told["label"], told["omittedFindings"]) == (english, 0)
    in_dutch = (await validate(world, company, jobs=place == "worker", language="nl")).json()
    assert in_dutch["nextRelease"]["label"] == dutch

    bus = (await validate(world, company, BUS, jobs=place == "worker")).json()
    assert (bus["isValid"], bus["source"]["release"]) == (valid, "2026.5")
    assert [each["ruleId"] for each in bus["assertions"]] == [finding.rule_id for finding in now]
    assert (bus["nextRelease"]["isValid"], bus["nextRelease"]["inForceFrom"]) == (not valid, "2027-02-22")
    assert [each["ruleId"] for each in bus["nextRelease"]["assertions"]] == [finding.rule_id for finding in later]
    assert await world.holds_nothing()


@pytest.mark.parametrize(("now", "later"), [((), (warning(),)), ((NOW_BAD,), (NEXT_BAD,))])
async def test_when_both_releases_say_the_same_only_one_is_told(
    world: World, company: Company, now: tuple[Finding, ...], later: tuple[Finding, ...]
) -> None:
    world.rules.here, world.rules.findings, world.rules.next_findings = True, now, later
    assert (await validate(world, company, jobs=False)).json()["nextRelease"] is None
    assert set((await validate(world, company, BUS, jobs=False)).json()) == {"isValid", "source", "assertions"}
    assert world.rules.asked == ["2026.5", "2026.11"] * 2


@pytest.mark.parametrize("failure", [RulesUnavailable(), ValidationCrashed(), ZeroDivisionError("a fault of ours")])
@pytest.mark.parametrize("place", ["here", "worker"])
async def test_what_goes_wrong_in_the_next_release_takes_nothing_from_the_verdict(
    world: World, company: Company, place: str, failure: Exception
) -> None:
    world.rules.here, world.rules.next_failure = place == "here", failure
    with capture_logs() as logs:
        answer = await validate(world, company, jobs=place == "worker")
    assert (answer.status_code, answer.json()["valid"], answer.json()["nextRelease"]) == (200, True, None)
    (log,) = [log for log in logs if log["event"] == "next_release_not_judged"]
    assert log["release"] == "2026.11"


async def test_a_document_that_only_the_worker_can_judge_by_the_next_release_is_left_to_it(
    world: World, company: Company
) -> None:
    world.rules.here, world.rules.next_here, world.rules.next_findings = True, False, (NEXT_BAD,)
    answer = (await validate(world, company)).json()
    assert (answer["valid"], answer["nextRelease"]["passes"]) == (True, False)
    assert world.rules.asked == ["2026.5", "2026.5", "2026.11"]


@pytest.mark.parametrize(("release", "judged_by"), [("current", "2026.5"), ("next", "2026.11"), ("2026.11", "2026.11")])
@pytest.mark.parametrize("place", ["here", "worker"])
async def test_the_release_can_be_chosen(
    world: World, company: Company, place: str, release: str, judged_by: str
) -> None:
    world.rules.here, world.rules.next_findings = place == "here", (NEXT_BAD,)
    answer = (await validate(world, company, jobs=place == "worker", release=release)).json()
    assert (answer["release"], answer["valid"]) == (judged_by, judged_by == "2026.5")
    assert (answer["nextRelease"] is None) == (release != "current")


@pytest.mark.parametrize("release", ["2024.11", "", "CURRENT", "../2026.5"])
async def test_a_release_that_there_is_not_is_a_problem_that_names_those_that_there_are(
    world: World, company: Company, release: str
) -> None:
    answer = await validate(world, company, jobs=False, release=release)
    assert (answer.status_code, answer.json()["code"]) == (404, "release_not_found")
    assert "2026.5 (current), 2026.11 (next)" in answer.json()["detail"]
    assert world.rules.seen == []


async def test_a_name_that_is_no_name_is_refused_and_so_is_a_next_release_that_there_is_not(
    world: World, company: Company
) -> None:
    assert (await validate(world, company, jobs=False, release="x" * 41)).status_code == 400
    world.rules.upcoming = None
    assert (await validate(world, company, jobs=False, release="next")).status_code == 404


async def test_a_document_that_is_sent_is_decided_by_the_release_in_force_and_warned_of_the_next(world: World) -> None:
    world.rules.upcoming, world.rules.next_findings = NEXT, (NEXT_BAD,)
    sender, receiver = await world.company(), await world.company(receiving=True)
    answer = await world.send(sender, invoice(sender, receiver))
    await world.work()
    document = await world.document(sender, answer.json()["id"])
    assert (document["status"], document["release"]) == ("delivered", "2026.5")
    assert document["findings"] == []
    assert document["nextRelease"]["label"] == "Voldoet nu, niet meer vanaf 22-02-2027 (regels 2026.11)"
    assert [finding["ruleId"] for finding in document["nextRelease"]["findings"]] == ["UBL-SR-56"]
    (received,) = await world.inbox(receiver)
    assert (await world.document(receiver, received["id"]))["nextRelease"]["name"] == "2026.11"
    assert "UBL-SR-56" not in str([event.data for event in await world.published()])


async def test_a_document_that_is_rejected_learns_that_it_may_be_sent_again_later(world: World) -> None:
    world.rules.upcoming, world.rules.findings = NEXT, (NOW_BAD,)
    sender, receiver = await world.company(), await world.company(receiving=True)
    answer = await world.send(sender, invoice(sender, receiver))
    await world.work()
    document = await world.document(sender, answer.json()["id"])
    assert (document["status"], document["nextRelease"]["passes"]) == ("rejected", True)


async def test_a_received_document_is_warned_of_the_next_release_too(world: World) -> None:
    world.rules.upcoming, world.rules.next_findings = NEXT, (NEXT_BAD,)
    receiver = await world.company(receiving=True)
    headers = {"Authorization": f"Bearer {INBOUND_TOKEN}", "Content-Type": "application/xml"}
    content = envelope(invoice(new_company(), receiver), receiver.party)
    answer = await world.http.post("/documents/v1/access-point/inbound", content=content, headers=headers)
    await world.work()
    document = await world.document(receiver, answer.json()["id"])
    assert (document["status"], document["nextRelease"]["passes"]) == ("available", False)


async def sent(world: World) -> dict[str, Any]:
    sender, receiver = await world.company(), await world.company(receiving=True)
    answer = await world.send(sender, invoice(sender, receiver))
    await world.work_due()
    return await world.document(sender, answer.json()["id"])


@pytest.mark.parametrize("failure", [RulesUnavailable(), ZeroDivisionError("a fault of ours")])
async def test_a_next_release_that_fails_neither_delays_nor_changes_what_happens_to_a_document(
    world: World, failure: Exception
) -> None:
    world.rules.upcoming, world.rules.next_failure = NEXT, failure
    document = await sent(world)
    assert (document["status"], document["nextRelease"]) == ("delivered", None)
    assert await world.pool.fetchval("select count(*) from jobs where kind = 'foresee'") == 1
    world.rules.next_failure, world.rules.next_findings = None, (NEXT_BAD,)
    await world.hasten()
    await world.work()
    assert await world.pool.fetchval("select next_release->>'passes' from verdicts") == "false"


async def test_without_a_next_release_nobody_is_asked(world: World) -> None:
    document = await sent(world)
    assert (document["release"], document["nextRelease"]) == ("2026.5", None)
    assert world.rules.asked == ["2026.5"]


async def test_looking_ahead_can_be_switched_off_and_the_next_release_still_be_chosen(
    documents_database: tuple[str, str], world: World
) -> None:
    settings = {"validation": {"check_patience": 2.0, "next_release": False}}
    async with running_documents(documents_database[0], **settings) as quiet:
        quiet.rules.upcoming, quiet.rules.here, quiet.rules.next_findings = NEXT, True, (NEXT_BAD,)
        document = await sent(quiet)
        assert document["nextRelease"] is None
        company = await quiet.company()
        assert (await validate(quiet, company, jobs=False)).json()["nextRelease"] is None
        assert quiet.rules.asked == ["2026.5", "2026.5"]
        assert (await validate(quiet, company, jobs=False, release="next")).json()["valid"] is False
