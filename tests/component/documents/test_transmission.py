"""To the Peppol network: submitted, in transit, acknowledged; tried again while it is down; failed when it will not."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from documents.application.transmit_document import message_id_of
from documents.application.values import Acknowledgement, AcknowledgementState, Handover, HandoverState
from documents.domain.errors import AccessPointUnavailable
from documents.settings import TransmissionSettings
from support.documents import World
from support.documents_facts import TYPES, Company, invoice

ELSEWHERE = "0106:99100001"
DOWN = Handover(state=HandoverState.RETRY, reason="connection refused")
PENDING = Acknowledgement(state=AcknowledgementState.SENT)
IN_PROGRESS = Acknowledgement(state=AcknowledgementState.IN_PROGRESS, reason="connection refused")
FAILED = Acknowledgement(state=AcknowledgementState.FAILED)
ACKNOWLEDGED = Acknowledgement(state=AcknowledgementState.ACKNOWLEDGED)


@pytest.fixture
async def sender(world: World) -> Company:
    world.network.reachable[ELSEWHERE] = TYPES
    return await world.company()


async def send(world: World, sender: Company) -> str:
    answer = await world.send(sender, invoice(sender, ELSEWHERE))
    assert answer.status_code == 200, answer.text
    document_id: str = answer.json()["id"]
    return document_id


async def steps(world: World, sender: Company, document_id: str) -> list[tuple[str, str]]:
    answer = await world.http.get(f"/documents/v1/documents/{document_id}/timeline", headers=sender.by_person)
    return [(item["status"], item["icon"]["code"]) for item in answer.json()["items"]]


async def state(world: World, document_id: str) -> dict[str, Any]:
    return dict(await world.pool.fetchrow("select * from documents where id = $1", document_id))


@pytest.mark.requirement("R1.1", "R1.3", "RA6.1")
async def test_a_document_in_transit_has_no_channel_until_it_is_acknowledged(world: World, sender: Company) -> None:
    world.access_point.statuses = [PENDING, ACKNOWLEDGED]
    document_id = await send(world, sender)
    await world.pool.execute("update jobs set lane = null")
    seen: list[tuple[str, str | None]] = []
    for _ in range(200):
        await world.work_due()
        row = await state(world, document_id)
        seen.append((row["state"], row["delivery_channel"]))
        if row["state"] == "delivered":
            break
        await world.hasten()
    assert all(channel is None for status, channel in seen if status != "delivered")
    assert seen[-1] == ("delivered", "peppol")
    assert await steps(world, sender, document_id) == [
        ("accepted", "accepted"),
        ("validated", "validated"),
        ("routed", "routed"),
        ("transmitted", "in_transit"),
        ("delivered", "peppol"),
    ]
    told = [event.type.split(".")[1] for event in await world.published()]
    assert told[-3:] == ["document-transmitted", "document-delivered", "service-rendered"]


async def test_what_is_submitted_is_the_document_with_its_identifiers(world: World, sender: Company) -> None:
    document = invoice(sender, ELSEWHERE)
    await world.send(sender, document)
    await world.work()
    (shipment,) = world.access_point.shipments
    assert (shipment.sender, shipment.receiver) == (sender.party, ELSEWHERE)
    assert shipment.document_type_id == TYPES[0]
    assert shipment.process_id == "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
    assert (shipment.country, shipment.content) == ("NL", document)


async def test_a_receiver_that_never_acknowledges_is_believed_by_its_receipt(world: World, sender: Company) -> None:
    world.access_point.statuses = [PENDING, PENDING]
    document_id = await send(world, sender)
    await world.work()
    row = await state(world, document_id)
    assert (row["state"], row["delivery_channel"], len(world.access_point.asked)) == ("delivered", "peppol", 2)


async def test_a_receiver_that_says_no_afterwards_rejects_the_document_for_free(world: World, sender: Company) -> None:
    world.access_point.statuses = [
        Acknowledgement(state=AcknowledgementState.REFUSED_BY_RECEIVER, reason="rules were broken")
    ]
    document_id = await send(world, sender)
    await world.work()
    row = await state(world, document_id)
    assert (row["state"], row["reason"], row["delivery_channel"]) == ("rejected", "refused_by_receiver", None)
    assert await world.published("service-rendered") == []


@pytest.mark.requirement("RA6.5")
async def test_a_network_that_is_down_is_tried_again(world: World, sender: Company) -> None:
    world.access_point.handovers = [DOWN]
    world.access_point.statuses = [FAILED, ACKNOWLEDGED]
    document_id = await send(world, sender)
    await world.work()
    assert [status for status, _ in await steps(world, sender, document_id)] == [
        "accepted", "validated", "routed", "retry", "transmitted", "delivered",
    ]  # fmt: skip
    first, second = world.access_point.shipments
    assert first.message_id != second.message_id
    assert (await state(world, document_id))["attempts"] == 2


@pytest.mark.requirement("RA6.5")
@pytest.mark.parametrize("trouble", [DOWN, AccessPointUnavailable("down")], ids=["network", "access point"])
async def test_after_the_last_try_the_document_has_failed(world: World, sender: Company, trouble: Any) -> None:
    tries = len(world.settings.transmission.pauses) + 1
    world.access_point.handovers = [trouble] * tries
    world.access_point.statuses = [FAILED] * tries
    document_id = await send(world, sender)
    await world.work()
    row = await state(world, document_id)
    assert (row["state"], row["reason"], row["attempts"]) == ("failed", "transmission_failed", tries)
    (event,) = await world.published("document-failed")
    assert event.data["attempts"] == tries
    assert await world.published("service-rendered") == []


@pytest.mark.requirement("RA6.5")
def test_by_default_there_are_eight_tries_in_about_36_hours() -> None:
    pauses = TransmissionSettings().pauses
    assert len(pauses) + 1 == 8
    assert all(later == 3 * earlier for earlier, later in pairwise(pauses))
    assert timedelta(hours=36) < timedelta(seconds=sum(pauses)) < timedelta(hours=37)


async def test_a_refusal_for_good_fails_at_once(world: World, sender: Company) -> None:
    world.access_point.handovers = [Handover(state=HandoverState.REFUSED, reason="PEPPOL:NOT_SERVICED")]
    document_id = await send(world, sender)
    await world.work()
    row = await state(world, document_id)
    assert (row["state"], row["reason"], row["detail"]) == ("failed", "network_refused", "PEPPOL:NOT_SERVICED")
    assert len(world.access_point.shipments) == 1


async def test_what_the_access_point_brought_over_by_itself_is_not_sent_again(world: World, sender: Company) -> None:
    world.access_point.handovers = [DOWN]
    world.access_point.statuses = [PENDING, ACKNOWLEDGED]
    document_id = await send(world, sender)
    await world.work()
    (shipment,) = world.access_point.shipments
    row = await state(world, document_id)
    assert (row["state"], row["message_id"]) == ("delivered", shipment.message_id)


async def test_while_the_access_point_tries_by_itself_nothing_else_is_sent(world: World, sender: Company) -> None:
    world.access_point.handovers = [DOWN]
    world.access_point.statuses = [IN_PROGRESS, PENDING, ACKNOWLEDGED]
    document_id = await send(world, sender)
    await world.work()
    assert len(world.access_point.shipments) == 1
    assert (await state(world, document_id))["state"] == "delivered"


async def test_an_access_point_that_is_down_while_asked_is_asked_again(world: World, sender: Company) -> None:
    world.access_point.statuses = [AccessPointUnavailable(), ACKNOWLEDGED]
    document_id = await send(world, sender)
    await world.work()
    assert (await state(world, document_id))["state"] == "delivered"


async def test_a_worker_that_died_after_submitting_submits_under_the_same_id(world: World, sender: Company) -> None:
    document_id = await send(world, sender)
    await world.work()
    async with world.application.uow() as tx:
        document = await tx.outbound.lock((await state(world, document_id))["id"])
    assert document is not None
    assert world.access_point.shipments[0].message_id == message_id_of(document, 0)


async def test_an_acknowledgement_that_comes_twice_delivers_once(world: World, sender: Company) -> None:
    document_id = await send(world, sender)
    await world.work()
    before = await world.published()
    payload = {"document_id": document_id, "poll": 0}
    await world.pool.execute("insert into jobs (kind, lane, payload) values ('confirm', $1, $2)", document_id, payload)
    await world.work()
    assert await world.published() == before
