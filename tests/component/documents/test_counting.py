"""What is counted of documents and hooks: once each, when it is committed, from acceptance on."""

from datetime import timedelta

import pytest
from documents.application.ports import Tx
from documents.application.values import Response
from shared.contracts.documents import DocumentFacts, DocumentReceived
from shared.ids import new_id
from support.documents import World
from support.documents_facts import Company, invoice
from support.documents_fakes import fatal
from support.documents_hooks import DOWN, deliver, put
from support.figures import change_of

DOCUMENTS = "platform_documents_total"


@pytest.fixture
async def buyer(world: World) -> Company:
    return await world.company(receiving=True)


async def test_a_document_is_counted_on_both_sides_by_its_channel(world: World, buyer: Company) -> None:
    with (
        change_of(DOCUMENTS, direction="outbound", channel="none", outcome="accepted") as accepted,
        change_of(DOCUMENTS, direction="outbound", channel="platform", outcome="delivered") as delivered,
        change_of(DOCUMENTS, direction="inbound", channel="platform", outcome="received") as received,
        change_of("platform_document_delivery_seconds_count", channel="platform") as timed,
    ):
        await deliver(world, buyer)
    assert [accepted.by, delivered.by, received.by, timed.by] == [1, 1, 1, 1]


async def test_the_time_to_delivery_begins_with_acceptance(world: World, buyer: Company) -> None:
    sender = await world.company()
    await world.send(sender, invoice(sender, buyer))
    world.clock.offset += timedelta(seconds=40)
    with change_of("platform_document_delivery_seconds_sum", channel="platform") as seconds:
        await world.work()
    assert 39 < seconds.by < 60


async def test_a_rejected_document_is_counted_with_its_reason(world: World, buyer: Company) -> None:
    world.rules.findings = (fatal(),)
    with (
        change_of(DOCUMENTS, direction="outbound", channel="none", outcome="rejected") as rejected,
        change_of("platform_documents_refused_total", reason="rules_violated") as reason,
    ):
        await deliver(world, buyer)
    assert [rejected.by, reason.by] == [1, 1]


async def test_a_document_that_was_refused_at_the_door_is_none(world: World, buyer: Company) -> None:
    sender = await world.company(depleted=True)
    with change_of(DOCUMENTS, direction="outbound", channel="none", outcome="accepted") as accepted:
        assert (await world.send(sender, invoice(sender, buyer))).status_code == 402
    assert accepted.by == 0


async def test_what_is_rolled_back_did_not_happen(world: World, buyer: Company) -> None:
    async def fail_after_it() -> None:
        async with world.application.uow() as tx:
            _receive(tx, buyer)
            raise RuntimeError

    with (
        change_of(DOCUMENTS, direction="inbound", channel="platform", outcome="received") as received,
        pytest.raises(RuntimeError),
    ):
        await fail_after_it()
    assert received.by == 0


def _receive(tx: Tx, buyer: Company) -> None:
    facts = DocumentFacts(
        document_id=new_id(),
        exchange_id=new_id(),
        direction="inbound",
        organization_id=buyer.id,
        sender=buyer.party,
        receiver=buyer.party,
        document_type_id="x",
        family="invoice",
        number="1",
    )
    event = DocumentReceived(document=facts, channel="platform")
    tx.publish(event, subject=facts.document_id, environment=buyer.environment)


async def test_calls_of_hooks_are_counted_by_what_became_of_them(world: World, buyer: Company) -> None:
    await put(world, buyer)
    world.targets.answers = [DOWN, Response(status=200)]
    with (
        change_of("platform_hook_call_seconds_count", outcome="retried") as retried,
        change_of("platform_hook_call_seconds_count", outcome="delivered") as delivered,
        change_of("platform_document_webhook_seconds_count") as timed,
    ):
        await deliver(world, buyer)
    assert [retried.by, delivered.by, timed.by] == [1, 1, 1]


async def test_a_hook_that_wants_no_more_calls_is_counted_as_disabled(world: World, buyer: Company) -> None:
    await put(world, buyer)
    world.targets.answers = [Response(status=410)]
    with change_of("platform_hook_call_seconds_count", outcome="disabled") as disabled:
        await deliver(world, buyer)
    assert disabled.by == 1
