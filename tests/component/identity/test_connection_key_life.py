"""When a connection key rests, dies or waits: with its creator, their membership, and the organization."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from identity.application.identify_caller import IdentifyCaller
from identity.application.manage_connection_keys import IssueConnectionKey
from support.identity import Identity, new_domain
from support.identity_company import Company, Member

KEYS = "/identity/v1/connection-keys"


@pytest.fixture
async def owner(identity: Identity) -> Member:
    return await identity.join(f"piet@{new_domain()}")


@pytest.fixture
async def company(identity: Identity, owner: Member) -> Company:
    return await identity.activate_organization(owner)


@pytest.mark.requirement("R7.3")
async def test_a_key_of_a_blocked_creator_rests_until_they_are_unblocked(
    identity: Identity, owner: Member, company: Company
) -> None:
    colleague = await identity.join(f"kees@{owner.email.partition('@')[2]}")
    url = f"/identity/v1/users/{colleague.id}"
    await identity.http.patch(url, json={"role": "administrator"}, headers=owner.headers)
    await identity.consume(company.member_added(colleague))
    key = await identity.issue_key(colleague, company.id)
    await identity.http.patch(url, json={"blocked": True}, headers=owner.headers)
    assert (await identity.request_token(key)).status_code == 401
    await identity.http.patch(url, json={"blocked": False}, headers=owner.headers)
    assert (await identity.request_token(key)).status_code == 200


async def test_keys_die_with_their_creators_membership(identity: Identity, owner: Member, company: Company) -> None:
    other = await identity.activate_organization(owner)
    key, kept = await identity.issue_key(owner, company.id), await identity.issue_key(owner, other.id)
    await identity.consume(company.member_removed(owner))
    assert (await identity.request_token(key)).status_code == 401
    assert (await identity.request_token(kept)).status_code == 200
    assert (await identity.published(key["id"]))[-1].type == "identity.connection-key-revoked.v1"
    await identity.consume(company.member_added(owner))
    assert (await identity.request_token(key)).status_code == 401


async def test_an_older_membership_event_that_comes_late_kills_nothing(
    identity: Identity, owner: Member, company: Company
) -> None:
    removed = company.member_removed(owner)
    await identity.consume(company.member_added(owner))
    key = await identity.issue_key(owner, company.id)
    await identity.consume(removed)
    assert (await identity.request_token(key)).status_code == 200


async def test_keys_die_with_their_organization(identity: Identity, owner: Member, company: Company) -> None:
    key = await identity.issue_key(owner, company.id)
    await identity.consume(company.removed())
    assert (await identity.request_token(key)).status_code == 401
    body = {"organizationId": str(company.id), "label": "te laat"}
    assert (await identity.http.post(KEYS, json=body, headers=owner.headers)).status_code == 409


async def test_the_last_use_of_a_key_is_noted(identity: Identity, owner: Member, company: Company) -> None:
    key = await identity.issue_key(owner, company.id)
    url = f"{KEYS}/{key['id']}"
    assert (await identity.http.get(url, headers=owner.headers)).json()["lastUsedAt"] is None
    await identity.request_token(key)
    assert (await identity.http.get(url, headers=owner.headers)).json()["lastUsedAt"] is not None


async def test_a_fact_that_is_on_its_way_is_waited_for(identity: Identity, owner: Member) -> None:
    company = Company(owner=owner)
    bound = identity.application.connection_keys.issue
    patient = partial(bound.func, **{**bound.keywords, "patience": timedelta(seconds=2)})  # type: ignore[attr-defined]
    actor = await _actor(identity, owner)
    cmd = IssueConnectionKey(
        actor=actor, caller_scopes=frozenset({"ap"}), organization_id=company.id, label="snel", scopes=None
    )
    issuing = asyncio.create_task(patient(cmd))
    await asyncio.sleep(0.1)
    await identity.consume(company.added(), company.activated(), company.member_added(owner))
    assert (await issuing).organization_id == company.id


async def _actor(identity: Identity, member: Member) -> Any:
    principal = identity.verifier.verify(member.headers["Authorization"].removeprefix("Bearer "))
    return await identity.application.sessions.identify_caller(
        IdentifyCaller(
            user_id=principal.subject,
            environment_id=principal.environment,
            token_id=principal.token_id,
            connection_key=None,
            client="127.0.0.1",
        )
    )
