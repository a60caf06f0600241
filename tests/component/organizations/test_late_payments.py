"""Payments that come twice, late, out of order, or for something else."""

import pytest
from shared.ids import new_id
from support.organizations import World

PATH = "/organizations/v1/organizations"


async def _activation(world: World, person, organization_id: str) -> dict:
    response = await world.http.get(f"{PATH}/{organization_id}/activation", headers=person.headers)
    return response.json()


async def _status(world: World, person, organization_id: str) -> str:
    return (await world.http.get(f"{PATH}/{organization_id}", headers=person.headers)).json()["status"]


@pytest.mark.requirement("R5.15", "R5.17")
async def test_the_same_settlement_delivered_twice_activates_once(world: World):
    admin = await world.administrator()
    added = await world.add(admin, "Tweemaal B.V.")
    activation_id = await world.start_activation(admin, added["id"])
    await world.published()

    record = await world.settled(activation_id, holder="Tweemaal B.V.")
    await world.deliver(record)
    await world.settled(activation_id, holder="Tweemaal B.V.")
    await world.settled(activation_id, holder="Iemand Anders")

    assert await world.published_types() == ["organization-activated"]
    assert await _status(world, admin, added["id"]) == "active"


@pytest.mark.requirement("R5.15")
async def test_payments_that_come_out_of_order_are_tolerated(world: World):
    admin = await world.administrator()
    added = await world.add(admin, "Andersom B.V.")
    activation_id = await world.start_activation(admin, added["id"])
    payment_id = new_id()
    await world.published()

    await world.settled(activation_id, holder="Andersom B.V.", payment_id=payment_id)
    await world.opened(activation_id, payment_id=payment_id)
    await world.payment_failed(activation_id)

    shown = await _activation(world, admin, added["id"])
    assert shown["status"] == "active"
    assert "checkoutUrl" not in shown
    assert await world.published_types() == ["organization-activated"]


@pytest.mark.requirement("R5.15")
async def test_a_payment_that_settles_after_it_was_given_up_still_proves_the_same(world: World):
    admin = await world.administrator()
    added = await world.add(admin, "Te Laat B.V.")
    first = await world.start_activation(admin, added["id"])
    await world.payment_failed(first, "expired")
    second = await world.start_activation(admin, added["id"])
    await world.opened(second)
    await world.published()

    await world.settled(first, holder="Te Laat B.V.")
    await world.settled(second, holder="Te Laat B.V.")

    assert await world.published_types() == ["organization-activated"]
    shown = await _activation(world, admin, added["id"])
    assert (shown["status"], shown["activationId"]) == ("active", str(first))


@pytest.mark.requirement("R5.15", "R5.17")
@pytest.mark.parametrize(("holder", "status"), [("Al Klaar B.V.", "active"), ("Iemand Anders", "manual_review")])
async def test_a_late_settlement_does_not_undo_what_a_newer_payment_decided(world: World, holder: str, status: str):
    admin = await world.administrator()
    added = await world.add(admin, "Al Klaar B.V.")
    first = await world.start_activation(admin, added["id"])
    await world.payment_failed(first, "expired")
    await world.settled(await world.start_activation(admin, added["id"]), holder=holder)
    await world.published()

    for late in ("Al Klaar B.V.", "Iemand Anders"):
        await world.settled(first, holder=late)

    assert await world.published() == []
    assert await _status(world, admin, added["id"]) == status


@pytest.mark.requirement("R5.15")
async def test_the_failure_of_an_older_payment_does_not_touch_the_one_that_is_open(world: World):
    admin = await world.administrator()
    added = await world.add(admin, "Ouder B.V.")
    first = await world.start_activation(admin, added["id"])
    await world.payment_failed(first, "canceled")
    second = await world.start_activation(admin, added["id"])

    await world.payment_failed(first, "expired")

    shown = await _activation(world, admin, added["id"])
    assert (shown["status"], shown["activationId"]) == ("activation_pending_payment", str(second))


async def test_payments_for_something_else_change_nothing(world: World):
    admin = await world.administrator()
    added = await world.add(admin, "Ongemoeid B.V.")
    activation_id = await world.start_activation(admin, added["id"])
    await world.published()

    await world.settled(activation_id, holder="Ongemoeid B.V.", purpose="top_up")
    await world.settled(new_id(), holder="Ongemoeid B.V.")
    await world.opened(new_id())
    await world.payment_failed(new_id())

    assert await world.published() == []
    assert await world.dead_letters() == []
    assert await _status(world, admin, added["id"]) == "activation_pending_payment"
