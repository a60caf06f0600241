"""Operators decide what a payment did not."""

from uuid import UUID

import asyncpg
import pytest
from shared.ids import new_id
from support.organizations import Person, World
from support.row_locks import overlapping

REVIEWS = "/organizations/v1/operator/reviews"
PATH = "/organizations/v1/organizations"


async def _in_review(world: World, admin: Person, name: str = "Twijfel B.V.") -> str:
    added = await world.add(admin, name)
    await world.settled(await world.start_activation(admin, added["id"]), holder="J. de Betaler")
    await world.published()
    return str(added["id"])


async def _listed(world: World, operator: Person) -> dict[str, dict]:
    found = (await world.http.get(REVIEWS, params={"limit": 200}, headers=operator.headers)).json()
    return {item["organizationId"]: item for item in found["items"]}


@pytest.mark.requirement("R5.12", "R5.13")
async def test_an_operator_sees_what_to_compare(world: World):
    admin, operator = await world.administrator(), await world.operator()
    organization_id = await _in_review(world, admin)

    review = (await _listed(world, operator))[organization_id]

    assert (review["name"], review["accountHolder"], review["outcome"]) == ("Twijfel B.V.", "J. de Betaler", "no_match")
    assert review["identifier"].startswith("0106:")
    assert review["environmentId"] == str(admin.environment)


@pytest.mark.requirement("R5.13", "R5.17")
async def test_approval_activates_once_and_leaves_a_trace(world: World):
    admin, operator = await world.administrator(), await world.operator()
    organization_id = await _in_review(world, admin)

    response = await world.http.post(
        f"{REVIEWS}/{organization_id}/approval", json={"reason": "KvK extract seen"}, headers=operator.headers
    )

    assert response.json() == {"organizationId": organization_id, "status": "active"}
    (event,) = await world.published()
    assert (event.type, event.data["verified_by"]) == ("organizations.organization-activated.v1", "operator")
    audit = await world.pool.fetchrow("select * from audit_entries where organization_id = $1", UUID(organization_id))
    assert (audit["actor_id"], audit["action"], audit["reason"]) == (
        operator.id,
        "activation.approved",
        "KvK extract seen",
    )
    assert organization_id not in await _listed(world, operator)


@pytest.mark.requirement("R5.13")
async def test_rejection_tells_the_reason_and_ends_the_matter(world: World):
    admin, operator = await world.administrator(), await world.operator()
    organization_id = await _in_review(world, admin)

    response = await world.http.post(
        f"{REVIEWS}/{organization_id}/rejection",
        json={"reason": "Another's account"},
        headers=operator.headers,
    )

    assert response.json()["status"] == "rejected"
    (event,) = await world.published()
    assert event.type == "organizations.activation-rejected.v1"
    assert event.data["reason"] == "Another's account"
    shown = (await world.http.get(f"{PATH}/{organization_id}/activation", headers=admin.headers)).json()
    assert (shown["status"], shown["reason"]) == ("rejected", "Another's account")
    again = await world.http.post(f"{PATH}/{organization_id}/activation", headers=admin.headers)
    assert (again.status_code, again.json()["code"]) == (409, "organization_rejected")


@pytest.mark.requirement("R5.13")
async def test_the_account_holder_is_erased_with_the_decision(world: World):
    admin, operator = await world.administrator(), await world.operator()
    organization_id = await _in_review(world, admin)

    await world.http.post(
        f"{REVIEWS}/{organization_id}/approval", json={"reason": "Seen and known"}, headers=operator.headers
    )

    row = await world.pool.fetchrow("select * from reviews where organization_id = $1", UUID(organization_id))
    assert row["account_holder"] is None
    assert (row["decision"], row["decided_by"]) == ("activation.approved", operator.id)


@pytest.mark.requirement("R5.13")
async def test_of_two_operators_at_once_one_decides_and_the_other_is_told(world: World):
    admin, one, other = await world.administrator(), await world.operator(), await world.operator()
    organization_id = await _in_review(world, admin)

    answers = await overlapping(
        world.pool,
        "organizations",
        organization_id,
        world.http.post(f"{REVIEWS}/{organization_id}/approval", json={"reason": "yes, known"}, headers=one.headers),
        world.http.post(f"{REVIEWS}/{organization_id}/rejection", json={"reason": "no, odd"}, headers=other.headers),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    assert refused.json()["code"] == "review_already_decided"
    assert len(await world.published()) == 1
    entries = "select count(*) from audit_entries where organization_id = $1"
    assert await world.pool.fetchval(entries, UUID(organization_id)) == 1


@pytest.mark.requirement("R5.13")
@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": "ab"}, {"reason": "a\x00bc"}])
async def test_a_decision_without_a_reason_is_refused(world: World, body: dict):
    admin, operator = await world.administrator(), await world.operator()
    organization_id = await _in_review(world, admin)

    response = await world.http.post(f"{REVIEWS}/{organization_id}/approval", json=body, headers=operator.headers)

    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")
    assert await world.published() == []


async def test_nobody_but_an_operator_of_the_platform_sees_or_decides(world: World):
    admin = await world.administrator()
    organization_id = await _in_review(world, admin)
    impostor = await world.person(admin.environment, "operator")
    clerk = await world.person(await world.environment(kind="operator"), "administrator")

    for person in (admin, impostor, clerk):
        listing = await world.http.get(REVIEWS, headers=person.headers)
        decision = await world.http.post(
            f"{REVIEWS}/{organization_id}/approval", json={"reason": "please"}, headers=person.headers
        )
        assert (listing.status_code, listing.json()["code"]) == (403, "not_operator")
        assert (decision.status_code, decision.json()["code"]) == (403, "not_operator")


async def test_an_unknown_organization_has_no_review(world: World):
    operator = await world.operator()

    response = await world.http.post(
        f"{REVIEWS}/{new_id()}/approval", json={"reason": "whatever"}, headers=operator.headers
    )

    assert (response.status_code, response.json()["code"]) == (404, "organization_not_found")


@pytest.mark.requirement("R5.20")
async def test_a_number_that_is_active_elsewhere_cannot_be_approved(world: World):
    owner, admin, operator = await world.administrator(), await world.administrator(), await world.operator()
    organization_id = await _in_review(world, admin)
    shown = (await world.http.get(f"{PATH}/{organization_id}", headers=admin.headers)).json()
    number = shown["identifiers"][0]["value"]
    mine = await world.http.post(PATH, json={"kvkNumber": number}, headers=owner.headers)
    await world.settled(await world.start_activation(owner, mine.json()["id"]), holder="Twijfel B.V.")

    response = await world.http.post(
        f"{REVIEWS}/{organization_id}/approval", json={"reason": "seems fine"}, headers=operator.headers
    )

    assert (response.status_code, response.json()["code"]) == (409, "company_already_registered")
    assert organization_id in await _listed(world, operator)


async def test_audit_entries_cannot_be_changed(world: World):
    for statement in ("update audit_entries set reason = 'x'", "delete from audit_entries"):
        with pytest.raises(asyncpg.RaiseError, match="never changed"):
            await world.pool.execute(statement)


async def test_the_list_of_reviews_is_paged(world: World):
    admin, operator = await world.administrator(), await world.operator()
    await world.account(admin.environment)
    mine = {await _in_review(world, admin, f"Rij {number} B.V.") for number in range(3)}
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        body = (await world.http.get(REVIEWS, params=query, headers=operator.headers)).json()
        assert len(body["items"]) <= 2
        seen += [item["organizationId"] for item in body["items"]]
        cursor = body["next"]
        if cursor is None:
            break

    assert mine <= set(seen)
    assert len(seen) == len(set(seen))
