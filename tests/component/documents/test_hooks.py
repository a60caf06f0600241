"""Hooks: called signed both ways, tried again, in order, and never in the document's way."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from documents.application.values import Handover, HandoverState, Response
from documents.settings import HookSettings
from shared.ids import new_id
from support.documents import World
from support.documents_facts import TYPES, Company, invoice, member_fact, user_fact
from support.documents_fakes import fatal
from support.documents_hooks import DOWN, check_signatures, deliver, put
from support.tokens import bearer


@pytest.fixture
async def buyer(world: World) -> Company:
    return await world.company(receiving=True)


@pytest.mark.requirement("RA6.6")
async def test_a_received_invoice_is_announced_signed_both_ways_with_the_documented_payload(
    world: World, buyer: Company
) -> None:
    hook = await put(world, buyer, id="accounting")
    await deliver(world, buyer, id="F-1")
    (call,) = world.targets.calls
    check_signatures(call, secret="the-secret", standard_secret=hook["standardSecret"])
    assert call.url == "https://hooks.example.test/in"
    body = json.loads(call.body)
    (inbound,) = await world.inbox(buyer)
    assert set(body) == {"topic", "partyId", "hookId", "documentId", "message", "details", "createdOn", "sentOn"}
    assert (body["topic"], body["partyId"], body["hookId"]) == ("InvoiceReceived", buyer.party, "accounting")
    assert body["documentId"] == inbound["id"]
    assert body["details"]["sender"] == inbound["sender"]
    assert body["details"]["recipient"] == buyer.party
    assert body["details"]["id"] == "F-1"
    assert abs(datetime.fromisoformat(body["sentOn"]) - world.clock.now()) < timedelta(seconds=30)
    (event,) = await world.published("hook-delivered")
    assert (event.data["document_id"], event.data["attempt"]) == (inbound["id"], 1)


async def test_the_sender_hears_of_delivery_under_the_id_that_it_chose(world: World, buyer: Company) -> None:
    sender, document_id = await world.company(), str(uuid4())
    await put(world, sender, topics=["*Sent"])
    await world.send(sender, invoice(sender, buyer), headers={"X-EConnect-DocumentId": document_id})
    await world.work()
    (body,) = world.targets.bodies
    assert (body["topic"], body["documentId"], body["partyId"]) == ("InvoiceSent", document_id, sender.party)
    assert body["details"]["protocol"] == "platform"


async def test_the_sender_hears_of_a_rejection_with_its_reason(world: World, buyer: Company) -> None:
    world.rules.findings = (fatal(),)
    sender = await world.company()
    await put(world, sender, topics=["InvoiceSent", "InvoiceSentError"])
    await deliver(world, buyer, sender=sender)
    (body,) = world.targets.bodies
    assert (body["topic"], body["details"]["reason"]) == ("InvoiceSentError", "rules_violated")
    assert "BR-CO-15" in body["message"]


@pytest.mark.parametrize(
    ("topics", "heard"),
    [
        (["InvoiceReceived"], True),
        (["*Received"], True),
        (["*"], True),
        (["InvoiceSent"], False),
        (["*Sent"], False),
        (["*ReceivedError"], False),
        (["Invoice"], False),
        (["invoicereceived"], False),
    ],
    ids=str,
)
async def test_a_hook_hears_the_topics_that_it_listens_to(
    world: World, buyer: Company, topics: list[str], *, heard: bool
) -> None:
    await put(world, buyer, topics=topics)
    await deliver(world, buyer)
    assert bool(world.targets.calls) is heard


async def test_a_partys_hook_beats_the_environments(world: World, buyer: Company) -> None:
    await put(world, buyer, id="environment", environment=True, topics=["*"])
    await deliver(world, buyer)
    await put(world, buyer, id="party", topics=["*Received"])
    await deliver(world, buyer)
    assert [body["hookId"] for body in world.targets.bodies] == ["environment", "party"]


async def test_a_partys_hook_for_another_topic_leaves_the_environments_in_force(world: World, buyer: Company) -> None:
    await put(world, buyer, id="environment", environment=True, topics=["*"])
    await put(world, buyer, id="party", topics=["InvoiceSent"])
    await deliver(world, buyer)
    assert [body["hookId"] for body in world.targets.bodies] == ["environment"]


async def test_an_environments_hook_hears_every_party_of_it_and_no_other(world: World, buyer: Company) -> None:
    sibling = await world.company(receiving=True, environment=buyer.environment)
    stranger = await world.company(receiving=True)
    await put(world, buyer, environment=True)
    for receiver in (buyer, sibling, stranger):
        await deliver(world, receiver)
    assert [body["partyId"] for body in world.targets.bodies] == [buyer.party, sibling.party]


async def test_a_duplicate_is_not_announced(world: World, buyer: Company) -> None:
    sender = await world.company()
    await put(world, buyer)
    await deliver(world, buyer, sender=sender, id="F-2")
    await deliver(world, buyer, sender=sender, id="F-2", buyer_reference="again")
    assert len(world.targets.calls) == 1


async def test_a_target_that_is_down_is_tried_again_with_the_same_id_and_a_fresh_time(
    world: World, buyer: Company
) -> None:
    hook = await put(world, buyer)
    world.targets.answers = [DOWN, Response(status=None, error="no answer in time")]
    await deliver(world, buyer)
    assert len(world.targets.calls) == 3
    assert len({call.headers["webhook-id"] for call in world.targets.calls}) == 1
    assert len({body["sentOn"] for body in world.targets.bodies}) == 3
    for call in world.targets.calls:
        check_signatures(call, secret="the-secret", standard_secret=hook["standardSecret"])
    (event,) = await world.published("hook-delivered")
    assert event.data["attempt"] == 3


async def test_a_target_that_stays_down_is_given_up_and_the_document_does_not_care(
    world: World, buyer: Company
) -> None:
    await put(world, buyer)
    tries = len(world.settings.hooks.pauses) + 1
    world.targets.answers = [DOWN] * tries
    document_id = await deliver(world, buyer)
    assert len(world.targets.calls) == tries
    (event,) = await world.published("hook-failed")
    assert (event.data["attempt"], event.data["reason"], event.data["disabled"]) == (tries, "status 503", False)
    assert [item["status"] for item in await world.inbox(buyer)] == ["available"]
    assert await world.pool.fetchval("select state from documents where id = $1", document_id) == "delivered"


async def test_410_switches_the_hook_off(world: World, buyer: Company) -> None:
    await put(world, buyer, id="gone")
    world.targets.answers = [Response(status=410)]
    await deliver(world, buyer)
    await deliver(world, buyer)
    assert len(world.targets.calls) == 1
    (event,) = await world.published("hook-failed")
    assert event.data["disabled"] is True
    listed = await world.http.get(f"/api/v1/{buyer.party}/hook", headers=buyer.by_key)
    assert listed.json()[0]["isActive"] is False
    await put(world, buyer, id="gone")
    await deliver(world, buyer)
    assert len(world.targets.calls) == 2


async def test_a_redirect_is_a_failure(world: World, buyer: Company) -> None:
    await put(world, buyer)
    world.targets.answers = [Response(status=302, error="status 302: redirects are not followed")] * 3
    await deliver(world, buyer)
    assert len(await world.published("hook-failed")) == 1


async def test_a_target_may_ask_for_more_time(world: World, buyer: Company) -> None:
    await put(world, buyer)
    world.targets.answers = [Response(status=429, retry_after=120.0)]
    sender = await world.company()
    await world.send(sender, invoice(sender, buyer))
    await world.work_due()
    pause = await world.pool.fetchval("select next_attempt_at - now() from jobs")
    assert timedelta(seconds=110) < pause < timedelta(seconds=140)


async def test_by_default_there_are_ten_tries_as_standard_webhooks_wants_them() -> None:
    hour = 3600
    assert HookSettings().pauses == (5, 300, 1800, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour)


@pytest.mark.requirement("RA6.6")
async def test_a_later_call_about_the_same_document_waits_for_the_one_before(world: World, buyer: Company) -> None:
    sender, elsewhere = await world.company(), "0106:99100001"
    await put(world, sender, topics=["*"])
    world.network.reachable[elsewhere] = TYPES
    world.access_point.handovers = [Handover(state=HandoverState.RETRY, reason="down")]
    world.targets.answers = [Response(status=500, retry_after=60.0)]
    await world.send(sender, invoice(sender, elsewhere))
    await world.work_due()
    await world.hasten()
    await world.work()
    assert [body["topic"] for body in world.targets.bodies] == ["InvoiceSentRetry", "InvoiceSentRetry", "InvoiceSent"]


async def test_the_log_shows_every_attempt(world: World, buyer: Company) -> None:
    await put(world, buyer, id="logged")
    world.targets.answers = [DOWN]
    await deliver(world, buyer)
    answer = await world.http.get("/documents/v1/hooks/logged/deliveries", headers=buyer.by_person)
    (delivery,) = answer.json()["items"]
    assert (delivery["topic"], delivery["state"]) == ("InvoiceReceived", "delivered")
    assert [(attempt["attempt"], attempt["status"]) for attempt in delivery["attempts"]] == [(1, 503), (2, 200)]
    assert delivery["attempts"][0]["response"] == "down"


async def test_the_log_of_somebody_elses_hook_does_not_exist(world: World, buyer: Company) -> None:
    await put(world, buyer, id="ours")
    stranger = await world.company()
    answer = await world.http.get("/documents/v1/hooks/ours/deliveries", headers=stranger.by_person)
    assert answer.status_code == 404
    colleague = new_id()
    await world.learn(user_fact(colleague, buyer.environment))
    headers = bearer(sub=colleague, env=buyer.environment)
    assert (await world.http.get("/documents/v1/hooks/ours/deliveries", headers=headers)).status_code == 404
    await world.learn(member_fact(buyer, colleague))
    assert (await world.http.get("/documents/v1/hooks/ours/deliveries", headers=headers)).status_code == 200
