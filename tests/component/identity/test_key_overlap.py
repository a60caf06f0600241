"""A replaced connection key that goes on working for some hours beside the new one."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from support.identity import Identity, new_domain
from support.identity_company import Company, Member

KEYS = "/identity/v1/connection-keys"


@pytest.fixture
async def owner(identity: Identity) -> Member:
    return await identity.join(f"piet@{new_domain()}")


@pytest.fixture
async def company(identity: Identity, owner: Member) -> Company:
    return await identity.activate_organization(owner)


async def rotate(identity: Identity, owner: Member, key: dict[str, Any], body: Any = None) -> httpx2.Response:
    return await identity.http.post(f"{KEYS}/{key['id']}/regeneration", json=body, headers=owner.headers)


async def shown(identity: Identity, owner: Member, key: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = (await identity.http.get(f"{KEYS}/{key['id']}", headers=owner.headers)).json()
    return answer


async def works(identity: Identity, key: dict[str, Any]) -> tuple[bool, bool]:
    """Tell whether the token endpoint and the gateway's exchange take it."""
    exchange = await identity.http.get("/identity/v1/key-exchange", headers={"Authorization": f"Bearer {key['key']}"})
    return (await identity.request_token(key)).status_code == 200, exchange.status_code == 200


async def end_overlaps(identity: Identity) -> None:
    await identity.pool.execute("update jobs set next_attempt_at = now() where kind = 'end_replaced_key'")
    await identity.run_jobs()


@pytest.mark.requirement("R7.2")
async def test_both_work_until_the_overlap_ends_and_then_the_new_one_alone(
    identity: Identity, owner: Member, company: Company
) -> None:
    old = await identity.issue_key(owner, company.id)
    new = (await rotate(identity, owner, old, {"overlapHours": 24})).json()
    assert (await works(identity, old), await works(identity, new)) == ((True, True), (True, True))
    view = await shown(identity, owner, old)
    assert (view["status"], view["replacedBy"]) == ("active", new["id"])
    assert timedelta(hours=23) < datetime.fromisoformat(view["endsAt"]) - datetime.now(UTC) <= timedelta(hours=24)
    assert len(await identity.published(old["id"])) == 1

    await end_overlaps(identity)

    assert (await works(identity, old), await works(identity, new)) == ((False, False), (True, True))
    assert (await shown(identity, owner, old))["status"] == "revoked"
    rotated = (await identity.published(old["id"]))[-1]
    assert rotated.type == "identity.connection-key-rotated.v1"
    assert (rotated.data["replaced_by"], rotated.data["state"]["status"]) == (new["id"], "revoked")


async def test_the_old_one_ends_in_time_also_while_no_worker_runs(
    identity: Identity, owner: Member, company: Company
) -> None:
    old = await identity.issue_key(owner, company.id)
    await rotate(identity, owner, old, {"overlapHours": 1})
    identity.clock.shift = timedelta(hours=1, seconds=1)
    try:
        assert await works(identity, old) == (False, False)
    finally:
        identity.clock.shift = timedelta()


@pytest.mark.parametrize(
    "body",
    [{"overlapHours": -1}, {"overlapHours": 169}, {"overlapHours": 1.5}, {"overlapHours": "2"}, {"hours": 2}, []],
)
async def test_an_overlap_that_makes_no_sense_is_refused_and_replaces_nothing(
    identity: Identity, owner: Member, company: Company, body: Any
) -> None:
    key = await identity.issue_key(owner, company.id)
    assert (await rotate(identity, owner, key, body)).status_code == 400
    assert (await shown(identity, owner, key))["replacedBy"] is None


async def test_a_replaced_key_has_one_successor_also_when_asked_twice_at_once(
    identity: Identity, owner: Member, company: Company
) -> None:
    key = await identity.issue_key(owner, company.id)
    answers = await asyncio.gather(*(rotate(identity, owner, key, {"overlapHours": 5}) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "connection_key_replaced"}


async def test_a_replaced_key_may_be_revoked_before_its_time(
    identity: Identity, owner: Member, company: Company
) -> None:
    old = await identity.issue_key(owner, company.id)
    new = (await rotate(identity, owner, old, {"overlapHours": 5})).json()
    await identity.http.post(f"{KEYS}/{old['id']}/revocation", headers=owner.headers)
    assert await works(identity, old) == (False, False)
    told = len(await identity.published(old["id"]))
    await end_overlaps(identity)
    assert len(await identity.published(old["id"])) == told
    assert await works(identity, new) == (True, True)


async def test_with_the_creators_membership_both_end(identity: Identity, owner: Member, company: Company) -> None:
    old = await identity.issue_key(owner, company.id)
    new = (await rotate(identity, owner, old, {"overlapHours": 5})).json()
    await identity.consume(company.member_removed(owner))
    assert (await works(identity, old), await works(identity, new)) == ((False, False), (False, False))
