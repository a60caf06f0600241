"""Retries and expiries of documents at their edges: 36 hours, 90 days and seven years in seconds, nobody sleeping."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from documents.adapters.postgres import housekeeping
from documents.application.values import Acknowledgement, AcknowledgementState, Handover, HandoverState, Response
from documents.settings import HookSettings, TransmissionSettings
from support.documents import World, migrate_documents, running_documents
from support.documents_facts import TYPES, Company, invoice
from support.documents_hooks import put
from support.postgres import CreateDatabase
from support.virtual_time import VirtualTime, install

SECOND = timedelta(seconds=1)
DOWN = Response(status=503, excerpt="down", milliseconds=4)
ELSEWHERE = "0106:99100001"


@pytest.fixture(scope="module")
def dsn(create_database: CreateDatabase) -> str:
    database = create_database("documents", migrate_documents)
    install(database.owner_dsn)
    return database.app_dsn


@pytest.fixture
async def world(dsn: str) -> AsyncIterator[World]:
    """Yield the service with the pauses that it has in production."""
    sections = {
        "hooks": HookSettings(allow_private_targets=True).model_dump(),
        "transmission": TransmissionSettings().model_dump(),
    }
    async with running_documents(dsn, **sections) as running:
        running.rules.here = True
        yield running
        await running.pool.execute("delete from jobs")


@pytest.fixture
async def time(world: World) -> AsyncIterator[VirtualTime]:
    def follow(passed: timedelta) -> None:
        world.clock.offset = passed

    moving = VirtualTime(pool=world.pool, follow=follow)
    yield moving
    await moving.advance(-moving.passed)


async def run_down(world: World, time: VirtualTime) -> list[timedelta]:
    """Run jobs until none is left, letting time pass between; return the waits that were needed."""
    waits = []
    await world.work_due()
    while (wait := await time.to_next_job()) is not None:
        waits.append(wait)
        await world.work_due()
        assert len(waits) < 60, "the retries do not end"
    return waits


def near(measured: list[timedelta], planned: list[float]) -> bool:
    """Tell whether the waits are the planned ones, each up to a tenth longer."""
    return len(measured) == len(planned) and all(
        timedelta(seconds=plan * 0.99) <= wait <= timedelta(seconds=plan * 1.11 + 2)
        for wait, plan in zip(measured, planned, strict=True)
    )


async def test_a_hook_is_tried_for_days_in_the_published_steps_and_then_given_up(
    world: World, time: VirtualTime
) -> None:
    sender, buyer = await world.company(), await world.company(receiving=True)
    hook = await put(world, buyer)
    world.targets.answers = [DOWN] * 40
    await world.send(sender, invoice(sender, buyer))
    waits = await run_down(world, time)
    planned = list(HookSettings().pauses)
    assert near(waits, planned), waits
    assert len(world.targets.calls) == len(planned) + 1
    assert len({call.headers["webhook-id"] for call in world.targets.calls}) == 1
    stamps = [int(call.headers["webhook-timestamp"]) for call in world.targets.calls]
    assert stamps == sorted(set(stamps)), "each try is signed for its own moment"
    (event,) = await world.published("hook-failed")
    assert event.data["attempt"] == len(planned) + 1
    shown = await world.http.get(f"/documents/v1/hooks/{hook['id']}/deliveries", headers=buyer.by_person)
    assert shown.json()["items"][0]["state"] == "failed"


async def test_a_target_that_comes_back_after_a_day_gets_the_call_once(world: World, time: VirtualTime) -> None:
    sender, buyer = await world.company(), await world.company(receiving=True)
    await put(world, buyer)
    world.targets.answers = [DOWN] * 6
    await world.send(sender, invoice(sender, buyer))
    await run_down(world, time)
    assert len(world.targets.calls) == 7
    assert len(await world.published("hook-delivered")) >= 1
    assert time.passed > timedelta(hours=17)


async def send_out(world: World, sender: Company) -> str:
    """Send a document to somebody on the network."""
    world.network.reachable[ELSEWHERE] = TYPES
    answer = await world.send(sender, invoice(sender, ELSEWHERE))
    assert answer.status_code == 200, answer.text
    document_id: str = answer.json()["id"]
    return document_id


async def test_the_network_is_tried_for_36_hours_and_then_the_document_has_failed(
    world: World, time: VirtualTime
) -> None:
    sender = await world.company()
    world.access_point.handovers = [Handover(state=HandoverState.RETRY, reason="connection refused")] * 30
    world.access_point.statuses = [Acknowledgement(state=AcknowledgementState.UNKNOWN)] * 30
    document_id = await send_out(world, sender)
    waits = await run_down(world, time)
    planned = list(TransmissionSettings().pauses)
    assert near(waits, planned), waits
    assert timedelta(hours=35) < time.passed < timedelta(hours=42)
    assert (await world.document(sender, document_id))["status"] == "failed"
    assert len(world.access_point.shipments) == 8


async def test_an_acknowledgement_that_never_comes_ends_the_wait(world: World, time: VirtualTime) -> None:
    """The receiver's access point took it: its word counts when the receiver's own never comes."""
    sender = await world.company()
    world.access_point.statuses = [Acknowledgement(state=AcknowledgementState.SENT)] * 200
    document_id = await send_out(world, sender)
    await run_down(world, time)
    assert (await world.document(sender, document_id))["status"] == "delivered"
    assert time.passed >= timedelta(seconds=sum(TransmissionSettings().polls) * 0.99)
    assert len(world.access_point.shipments) == 1


async def test_a_document_leaves_the_message_bus_after_ninety_days(world: World, time: VirtualTime) -> None:
    sender, buyer = await world.company(), await world.company(receiving=True)
    document_id = await _received(world, sender, buyer)
    until = await world.pool.fetchval("select bus_until from documents where id::text = $1", document_id)
    await time.advance(until - world.clock.now() - 30 * SECOND)
    await housekeeping.expire_due(world.pool)  # what other tests left
    assert await _downloadable(world, buyer, document_id)
    await time.advance(31 * SECOND)
    assert not await _downloadable(world, buyer, document_id)
    await housekeeping.expire_due(world.pool)
    assert (await world.document(buyer, document_id))["status"] == "expired"
    assert await _in_the_archive(world, buyer, document_id)


async def test_a_downloaded_document_stays_seven_days_longer_and_no_more(world: World, time: VirtualTime) -> None:
    sender, buyer = await world.company(), await world.company(receiving=True)
    document_id = await _received(world, sender, buyer)
    assert await _downloadable(world, buyer, document_id)
    await time.advance(timedelta(days=7) - 20 * SECOND)
    await housekeeping.expire_due(world.pool)  # what other tests left
    assert await _downloadable(world, buyer, document_id)
    await time.advance(21 * SECOND)
    assert not await _downloadable(world, buyer, document_id)
    assert await housekeeping.expire_due(world.pool) == 1


async def test_the_archive_gives_a_document_out_for_seven_years_and_then_drops_it(
    world: World, time: VirtualTime
) -> None:
    sender, buyer = await world.company(), await world.company(receiving=True)
    document_id = await _received(world, sender, buyer)
    until = await world.pool.fetchval("select archive_until from documents where id::text = $1", document_id)
    assert abs(until - world.clock.now() - timedelta(days=7 * 365 + 2)) < timedelta(days=2)
    await time.advance(until - world.clock.now() - SECOND)
    await housekeeping.clear(world.pool)
    assert await _in_the_archive(world, buyer, document_id), "nothing that is still owed is dropped"
    await time.advance(timedelta(days=35))
    await housekeeping.clear(world.pool)
    assert not await _in_the_archive(world, buyer, document_id)
    assert (await world.document(buyer, document_id))["id"] == document_id, "what is known of it stays"


async def _received(world: World, sender: Company, buyer: Company) -> str:
    await world.send(sender, invoice(sender, buyer))
    await world.work_due()
    (received,) = await world.inbox(buyer)
    return str(received["id"])


async def _downloadable(world: World, buyer: Company, document_id: str) -> bool:
    path = f"/api/v1/{buyer.party}/purchaseInvoice/{document_id}/download"
    return (await world.http.get(path, headers=buyer.by_key)).status_code == 200


async def _in_the_archive(world: World, buyer: Company, document_id: str) -> bool:
    path = f"/documents/v1/documents/{document_id}/content"
    return (await world.http.get(path, headers=buyer.by_person)).status_code == 200
