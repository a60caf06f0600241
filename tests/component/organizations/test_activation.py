"""Activation by a payment of one cent, with payments that come late, twice, wrong and out of order."""

import asyncio
from uuid import UUID

import pytest
from support.organizations import World
from support.row_locks import overlapping

PATH = "/organizations/v1/organizations"


async def _activation(world: World, person, organization_id: str) -> dict:
    response = await world.http.get(f"{PATH}/{organization_id}/activation", headers=person.headers)
    return response.json()


async def _status(world: World, person, organization_id: str) -> str:
    return (await world.http.get(f"{PATH}/{organization_id}", headers=person.headers)).json()["status"]


@pytest.mark.requirement("R5.10")
async def test_a_request_asks_billing_for_a_payment_of_one_cent(world: World):
    admin = await world.administrator()
    added = await world.add(admin)
    await world.published()

    response = await world.http.post(f"{PATH}/{added['id']}/activation", headers=admin.headers)

    assert response.status_code == 202
    assert response.json()["status"] == "activation_pending_payment"
    (event,) = await world.published()
    assert (event.type, event.sequence) == ("organizations.activation-requested.v1", 2)
    assert event.data["activation_id"] == response.json()["activationId"]
    assert (event.data["amount_micros"], event.data["currency"]) == (10_000, "EUR")
    assert event.data["state"]["status"] == "activation_pending_payment"


@pytest.mark.requirement("R5.10")
async def test_requests_while_one_is_open_find_the_same_one(world: World):
    admin = await world.administrator()
    added = await world.add(admin)

    starting = [world.start_activation(admin, added["id"]) for _ in range(4)]
    started = await overlapping(world.pool, "organizations", added["id"], *starting)

    assert len(set(started)) == 1
    assert (await world.published_types()).count("activation-requested") == 1


async def test_the_checkout_appears_once_the_payment_was_opened(world: World):
    admin = await world.administrator()
    added = await world.add(admin)
    activation_id = await world.start_activation(admin, added["id"])
    before = await _activation(world, admin, added["id"])

    await world.opened(activation_id)

    assert "checkoutUrl" not in before
    assert (await _activation(world, admin, added["id"]))["checkoutUrl"] == "https://bank.example/pay/1"


@pytest.mark.requirement("R5.1")
async def test_activating_needs_an_administrator_of_environment_and_organization(world: World):
    admin = await world.administrator()
    active = await world.active(admin, "Bestaat B.V.")
    colleague = await world.person(admin.environment)
    members = f"{PATH}/{active['id']}/members"
    await world.http.post(members, json={"userId": str(colleague.id), "level": "administrator"}, headers=admin.headers)
    member = await world.person(admin.environment, "administrator")
    await world.http.post(members, json={"userId": str(member.id)}, headers=admin.headers)

    answers = [
        await world.http.post(f"{PATH}/{active['id']}/activation", headers=person.headers)
        for person in (colleague, member)
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert [answer.json()["code"] for answer in answers] == [
        "not_environment_administrator",
        "not_organization_administrator",
    ]


@pytest.mark.requirement("R5.11", "R5.17", "R5.21", "R10.1")
async def test_a_payment_from_the_companys_own_account_activates_it(world: World):
    admin = await world.administrator()
    added = await world.add(admin, "Café Zürich B.V.")
    activation_id = await world.start_activation(admin, added["id"])
    await world.opened(activation_id)
    await world.published()

    await world.settled(activation_id, holder="CAFE ZURICH BV")

    shown = (await world.http.get(f"{PATH}/{added['id']}", headers=admin.headers)).json()
    assert shown["status"] == "active"
    assert shown["activatedAt"] is not None
    assert [(item["sending"], item["receiving"]) for item in shown["identifiers"]] == [(True, False)]
    (event,) = await world.published()
    assert event.type == "organizations.organization-activated.v1"
    assert (event.data["verified_by"], event.data["activation_id"]) == ("payment", str(activation_id))
    assert event.data["state"]["status"] == "active"
    assert await world.pool.fetchval("select count(*) from jobs") == 0, "the SMP is told when receiving is enabled"


@pytest.mark.requirement("R5.11")
async def test_a_trade_name_is_as_good_as_the_statutory_name(world: World):
    admin = await world.administrator()
    added = await world.add(admin, "Jansen Beheer B.V.", trade_names=("Bakkerij Het Broodje",))

    await world.settled(await world.start_activation(admin, added["id"]), holder="J. Jansen h.o. Bakkerij het Broodje")

    assert await _status(world, admin, added["id"]) == "active"


@pytest.mark.requirement("R5.12")
@pytest.mark.parametrize(
    ("holder", "outcome"),
    [("Iemand Anders", "no_match"), ("Groothandel Noord Holding", "close_match"), (None, "not_available")],
)
async def test_any_other_account_holder_goes_to_manual_review(world: World, holder: str | None, outcome: str):
    admin = await world.administrator()
    added = await world.add(admin, "Groothandel Noord B.V.")
    activation_id = await world.start_activation(admin, added["id"])
    await world.published()

    await world.settled(activation_id, holder=holder)

    shown = await _activation(world, admin, added["id"])
    assert (shown["status"], shown["reason"]) == ("manual_review", outcome)
    assert "do not pay again" in shown["message"]
    again = await world.http.post(f"{PATH}/{added['id']}/activation", headers=admin.headers)
    assert (again.status_code, again.json()["code"]) == (409, "review_in_progress")
    (event,) = await world.published()
    assert (event.type, event.data["outcome"]) == ("organizations.activation-review-required.v1", outcome)
    assert "Iemand" not in str(event.data), "the account holder is personal data and stays here"


@pytest.mark.parametrize("changes", [{"amount_micros": 20_000}, {"currency": "USD"}])
async def test_a_payment_of_another_amount_activates_nothing(world: World, changes: dict):
    admin = await world.administrator()
    added = await world.add(admin, "Precies B.V.")

    await world.settled(await world.start_activation(admin, added["id"]), holder="Precies B.V.", **changes)

    shown = await _activation(world, admin, added["id"])
    assert (shown["status"], shown["reason"]) == ("manual_review", "wrong_amount")


@pytest.mark.requirement("R5.14")
@pytest.mark.parametrize("reason", ["failed", "canceled", "expired"])
async def test_after_a_failed_payment_one_may_try_again(world: World, reason: str):
    admin = await world.administrator()
    added = await world.add(admin, "Nogmaals B.V.")
    first = await world.start_activation(admin, added["id"])
    await world.opened(first)

    await world.payment_failed(first, reason)

    shown = await _activation(world, admin, added["id"])
    assert (shown["status"], shown["reason"]) == ("created", f"payment_{reason}")
    assert "checkoutUrl" not in shown
    second = await world.start_activation(admin, added["id"])
    assert second != first
    await world.settled(second, holder="Nogmaals B.V.")
    assert await _status(world, admin, added["id"]) == "active"


@pytest.mark.requirement("R5.20")
async def test_of_two_environments_that_pay_for_one_number_the_second_goes_to_support(world: World):
    first, second = await world.administrator(), await world.administrator()
    mine = await world.add(first, "Omstreden B.V.")
    number = mine["identifiers"][0]["value"]
    response = await world.http.post(PATH, json={"kvkNumber": number}, headers=second.headers)
    theirs = response.json()["id"]
    activations = [await world.start_activation(first, mine["id"]), await world.start_activation(second, theirs)]

    await asyncio.gather(*(world.settled(each, holder="Omstreden B.V.") for each in activations))

    outcomes = [await _activation(world, first, mine["id"]), await _activation(world, second, theirs)]
    assert sorted(each["status"] for each in outcomes) == ["active", "manual_review"]
    (loser,) = [each for each in outcomes if each["status"] == "manual_review"]
    assert loser["reason"] == "already_registered"
    assert (await world.published_types()).count("organization-activated") == 1
    assert await world.dead_letters() == []


@pytest.mark.requirement("R5.20")
async def test_activation_of_a_number_that_became_active_elsewhere_is_refused(world: World):
    first, second = await world.administrator(), await world.administrator()
    slow = await world.add(second, "Wedloop B.V.")
    number = slow["identifiers"][0]["value"]
    fast = await world.http.post(PATH, json={"kvkNumber": number}, headers=first.headers)
    await world.settled(await world.start_activation(first, fast.json()["id"]), holder="Wedloop B.V.")

    response = await world.http.post(f"{PATH}/{slow['id']}/activation", headers=second.headers)

    assert (response.status_code, response.json()["code"]) == (409, "company_already_registered")
    assert await _status(world, second, slow["id"]) == "created"


@pytest.mark.requirement("R5.9")
async def test_without_a_verified_identifier_there_is_no_activation(world: World):
    admin = await world.administrator()
    added = await world.add(admin)
    await world.pool.execute(
        "update identifiers set status = 'unverified' where organization_id = $1", UUID(added["id"])
    )

    response = await world.http.post(f"{PATH}/{added['id']}/activation", headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (409, "identifier_required")


async def test_an_active_organization_is_not_activated_again(world: World):
    admin = await world.administrator()
    active = await world.active(admin)

    response = await world.http.post(f"{PATH}/{active['id']}/activation", headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (409, "already_active")


async def test_versions_of_an_organization_count_up_by_one_with_each_event(world: World):
    admin = await world.administrator()
    added = await world.add(admin, "Reeks B.V.")
    first = await world.start_activation(admin, added["id"])
    await world.opened(first)
    await world.payment_failed(first)
    await world.settled(await world.start_activation(admin, added["id"]), holder="Reeks B.V.")

    events = [event for event in await world.published() if event.key == added["id"]]

    assert [event.sequence for event in events] == [1, 2, 3, 4, 5]
    assert [event.data["state"]["status"] for event in events] == [
        "created",
        "activation_pending_payment",
        "created",
        "activation_pending_payment",
        "active",
    ]
