"""From accepted to its end: the rules' word, the route, delivery within the platform, and what is told and charged."""

import asyncio
from typing import Any

import asyncpg
import pytest
from documents.domain import findings
from documents.domain.errors import LookupUnavailable
from shared.errors import Unavailable
from support.documents import World
from support.documents_facts import TYPES, Company, invoice, organization_fact
from support.documents_fakes import fatal, warning

ELSEWHERE = "0106:99100001"


async def send_and_work(world: World, sender: Company, receiver: Company | str, **changes: Any) -> dict[str, Any]:
    """Send an invoice, run every job, and return where the document stands."""
    answer = await world.send(sender, invoice(sender, receiver, **changes))
    assert answer.status_code == 200, answer.text
    await world.work()
    return await world.document(sender, answer.json()["id"])


@pytest.mark.requirement("R1.1", "R1.2", "RA6.1")
async def test_a_receiver_of_this_platform_gets_it_in_one_transaction(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    outbound = await send_and_work(world, sender, receiver, id="F-1")
    assert outbound["deliveryChannel"] == {"code": "platform", "label": "Binnen het platform"}
    (inbound,) = await world.inbox(receiver)
    assert inbound["status"] == "available"
    assert inbound["exchangeId"] == outbound["exchangeId"]
    assert inbound["id"] != outbound["id"]
    assert inbound["deliveryChannel"]["code"] == "platform"
    transactions = await world.pool.fetch("select distinct xmin::text from documents")
    assert len(transactions) == 1
    assert world.network.asked == []
    assert world.access_point.shipments == []
    assert await world.published("document-transmitted") == []


@pytest.mark.requirement("RA6.1", "R10.8")
async def test_every_step_is_an_event_with_its_version(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    outbound = await send_and_work(world, sender, receiver)
    told = [(event.type, event.key, event.sequence) for event in await world.published()]
    inbound = (await world.inbox(receiver))[0]["id"]
    assert told == [
        ("documents.document-accepted.v1", outbound["id"], 1),
        ("documents.document-validated.v1", outbound["id"], 2),
        ("documents.document-routed.v1", outbound["id"], 3),
        ("documents.document-delivered.v1", outbound["id"], 4),
        ("documents.service-rendered.v1", str(sender.environment), 4),
        ("documents.document-received.v1", inbound, 2),
        ("documents.service-rendered.v1", str(receiver.environment), 2),
    ]


@pytest.mark.requirement("R10.8", "RA1.2")
async def test_both_sides_are_charged_once_each_by_their_own_document(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    outbound = await send_and_work(world, sender, receiver)
    charges = await world.published("service-rendered")
    inbound = (await world.inbox(receiver))[0]
    assert [(c.data["service"], c.data["document_id"], c.data["payer_environment"]) for c in charges] == [
        ("send_einvoice", outbound["id"], str(sender.environment)),
        ("receive_einvoice", inbound["id"], str(receiver.environment)),
    ]
    assert all(charge.topic == "documents.usage" for charge in charges)


@pytest.mark.requirement("R10.9")
async def test_a_receiver_without_credit_goes_on_receiving_and_is_charged(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True, depleted=True)
    assert (await send_and_work(world, sender, receiver))["status"] == "delivered"
    assert "receive_einvoice" in [event.data["service"] for event in await world.published("service-rendered")]


async def test_what_was_accepted_before_the_credit_ended_is_delivered_and_charged(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    answer = await world.send(sender, invoice(sender, receiver))
    await world.pool.execute("update accounts set depleted = true where environment_id = $1", sender.environment)
    await world.work()
    assert (await world.document(sender, answer.json()["id"]))["status"] == "delivered"
    assert "send_einvoice" in [event.data["service"] for event in await world.published("service-rendered")]


async def test_a_document_that_breaks_rules_is_rejected_with_them_and_free(world: World) -> None:
    world.rules.findings = (fatal(), warning())
    sender, receiver = await world.company(), await world.company(receiving=True)
    outbound = await send_and_work(world, sender, receiver)
    assert (outbound["status"], outbound["reason"]) == ("rejected", "rules_violated")
    assert outbound["deliveryChannel"] is None
    assert [(f["ruleId"], f["severity"], f["location"]) for f in outbound["findings"]] == [
        ("BR-CO-15", "fatal", "/ubl:Invoice/cac:LegalMonetaryTotal[1]"),
        ("PEPPOL-W-1", "warning", "/ubl:Invoice"),
    ]
    (event,) = await world.published("document-rejected")
    assert [finding["rule_id"] for finding in event.data["findings"]] == ["BR-CO-15", "PEPPOL-W-1"]
    assert await world.published("service-rendered", "document-received") == []
    assert await world.inbox(receiver) == []


async def test_warnings_do_not_stop_a_document(world: World) -> None:
    world.rules.findings = (warning(),)
    sender, receiver = await world.company(), await world.company(receiving=True)
    outbound = await send_and_work(world, sender, receiver)
    assert (outbound["status"], len(outbound["findings"])) == ("delivered", 1)
    (event,) = await world.published("document-validated")
    assert event.data["warnings"] == 1


@pytest.mark.parametrize("failure", [findings.ValidationCrashed(), findings.ValidationTimedOut()])
async def test_a_document_that_breaks_the_engine_twice_is_rejected_with_a_finding_of_its_own(
    world: World, failure: Exception
) -> None:
    world.rules.failure = failure
    sender, receiver = await world.company(), await world.company(receiving=True)
    answer = await world.send(sender, invoice(sender, receiver))
    await world.work_due()
    assert (await world.document(sender, answer.json()["id"]))["status"] == "accepted"
    await world.hasten()
    await world.work()
    outbound = await world.document(sender, answer.json()["id"])
    assert outbound["status"] == "rejected"
    assert [finding["ruleId"] for finding in outbound["findings"]] == ["KOERIER-VALIDATION"]
    assert len(world.rules.seen) == 2


async def test_a_document_waits_while_there_are_no_rules(world: World) -> None:
    world.rules.failure = findings.RulesUnavailable()
    sender, receiver = await world.company(), await world.company(receiving=True)
    answer = await world.send(sender, invoice(sender, receiver))
    for _ in range(4):
        await world.hasten()
        await world.work_due()
    assert (await world.document(sender, answer.json()["id"]))["status"] == "accepted"
    world.rules.failure = None
    await world.hasten()
    await world.work()
    assert (await world.document(sender, answer.json()["id"]))["status"] == "delivered"


@pytest.mark.requirement("RA6.2", "R1.2")
async def test_the_platform_comes_before_the_network(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    world.network.reachable[receiver.party] = TYPES
    assert (await send_and_work(world, sender, receiver))["deliveryChannel"]["code"] == "platform"
    assert world.access_point.shipments == []


@pytest.mark.requirement("RA6.2")
async def test_a_company_here_that_receives_elsewhere_is_reached_over_the_network(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=False)
    world.network.reachable[receiver.party] = TYPES
    outbound = await send_and_work(world, sender, receiver)
    assert (outbound["status"], outbound["deliveryChannel"]["code"]) == ("delivered", "peppol")
    assert await world.inbox(receiver) == []


@pytest.mark.requirement("RA6.2")
async def test_a_company_here_that_does_not_receive_is_never_mailed_but_told(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=False)
    outbound = await send_and_work(world, sender, receiver)
    assert (outbound["status"], outbound["reason"]) == ("rejected", "receiver_does_not_receive")
    assert "has not enabled receiving" in outbound["detail"]
    assert await world.published("service-rendered") == []


@pytest.mark.requirement("R10.6")
async def test_a_type_that_the_receiver_does_not_take_is_refused(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    only_credit_notes = tuple(kind for kind in TYPES if "CreditNote" in kind)
    await world.learn(organization_fact(receiver, receiving=True, types=only_credit_notes), sequence=2)
    outbound = await send_and_work(world, sender, receiver)
    assert (outbound["reason"], "this type" in outbound["detail"]) == ("receiver_does_not_receive", True)


async def test_a_participant_of_the_network_that_does_not_take_the_type_is_refused(world: World) -> None:
    world.network.known.add(ELSEWHERE)
    outbound = await send_and_work(world, await world.company(), ELSEWHERE)
    assert (outbound["status"], outbound["reason"]) == ("rejected", "receiver_does_not_receive")


async def test_a_receiver_that_nobody_knows_is_refused_with_that_reason(world: World) -> None:
    outbound = await send_and_work(world, await world.company(), ELSEWHERE)
    assert (outbound["status"], outbound["reason"]) == ("rejected", "receiver_unknown")


async def test_a_directory_that_is_down_delays_and_does_not_refuse(world: World) -> None:
    world.network.failure = LookupUnavailable()
    sender = await world.company()
    answer = await world.send(sender, invoice(sender, ELSEWHERE))
    await world.work_due()
    assert (await world.document(sender, answer.json()["id"]))["status"] == "validated"
    world.network.failure = None
    world.network.reachable[ELSEWHERE] = TYPES
    await world.hasten()
    await world.work()
    assert (await world.document(sender, answer.json()["id"]))["status"] == "delivered"


async def test_a_receiver_that_began_to_receive_meanwhile_gets_it_here(world: World) -> None:
    world.network.failure = LookupUnavailable()
    sender, receiver = await world.company(), await world.company(receiving=False)
    await world.send(sender, invoice(sender, receiver))
    await world.work_due()
    await world.learn(organization_fact(receiver, receiving=True), sequence=2)
    world.network.failure = None
    await world.hasten()
    await world.work()
    assert len(await world.inbox(receiver)) == 1


@pytest.mark.requirement("RA6.3")
async def test_the_same_invoice_again_is_a_duplicate_neither_announced_nor_charged(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    await send_and_work(world, sender, receiver, id="F-7")
    await send_and_work(world, sender, receiver, id="F-7", buyer_reference="again")
    newest, original = await world.inbox(receiver)
    assert (newest["status"], newest["originalId"]) == ("duplicate", original["id"])
    (event,) = await world.published("duplicate-detected")
    assert event.data["original_id"] == original["id"]
    services = [event.data["service"] for event in await world.published("service-rendered")]
    assert sorted(services) == ["receive_einvoice", "send_einvoice", "send_einvoice"]
    assert len(await world.published("document-received")) == 1


@pytest.mark.requirement("RA6.3")
async def test_the_same_number_of_another_supplier_or_date_is_another_invoice(world: World) -> None:
    first, second, receiver = await world.company(), await world.company(), await world.company(receiving=True)
    await send_and_work(world, first, receiver, id="F-8")
    await send_and_work(world, second, receiver, id="F-8")
    await send_and_work(world, first, receiver, id="F-8", issue_date="2026-11-03", due_date="2026-12-03")
    assert [item["status"] for item in await world.inbox(receiver)] == ["available"] * 3


@pytest.mark.requirement("RA6.3")
async def test_of_many_of_the_same_invoice_at_once_exactly_one_is_the_original(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    documents = [invoice(sender, receiver, id="RACE", buyer_reference=f"copy {n}") for n in range(6)]
    await asyncio.gather(*(world.send(sender, document) for document in documents))
    await world.work()
    states = sorted(item["status"] for item in await world.inbox(receiver))
    assert states == ["available", *["duplicate"] * 5]
    assert len(await world.published("document-received")) == 1


async def test_a_job_that_runs_twice_delivers_once(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    document_id = (await world.send(sender, invoice(sender, receiver))).json()["id"]
    job = await world.pool.fetchrow("select kind, lane, payload from jobs")
    await world.work()
    before = await world.published()
    await world.pool.execute(
        "insert into jobs (kind, lane, payload) values ($1, $2, $3), ('route', $2, $3)", *job.values()
    )
    await world.work()
    assert await world.published() == before
    assert (await world.document(sender, document_id))["status"] == "delivered"


async def test_rules_that_never_come_fail_the_document_with_that_reason(world: World) -> None:
    world.rules.failure = Unavailable("no rules")
    sender, receiver = await world.company(), await world.company(receiving=True)
    answer = await world.send(sender, invoice(sender, receiver))
    await world.pool.execute("update jobs set attempts = 96")
    await world.work()
    outbound = await world.document(sender, answer.json()["id"])
    assert (outbound["status"], outbound["reason"]) == ("failed", "validation_unavailable")
    assert len(await world.published("document-failed")) == 1


@pytest.mark.requirement("R1.7")
@pytest.mark.parametrize("direction", ["outbound", "inbound"])
async def test_the_database_keeps_the_channel_of_a_delivered_document(world: World, direction: str) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    await send_and_work(world, sender, receiver)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="immutable"):
        await world.pool.execute("update documents set delivery_channel = 'peppol' where direction = $1", direction)


@pytest.mark.requirement("R1.1")
async def test_the_database_knows_no_delivered_document_without_a_channel(world: World) -> None:
    sender = await world.company()
    await world.send(sender, invoice(sender, ELSEWHERE))
    with pytest.raises(asyncpg.CheckViolationError, match="documents_channel"):
        await world.pool.execute("update documents set state = 'delivered'")
    with pytest.raises(asyncpg.CheckViolationError, match="documents_channel"):
        await world.pool.execute("update documents set delivery_channel = 'platform'")
