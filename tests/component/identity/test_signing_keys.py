"""The keys that sign tokens: one at the start however many processes start, rotated without a token that fails."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from identity.application.signing_keys import Rotated, RotateSigningKeys
from support.identity import Identity, migrate_identity, new_domain, running_identity
from support.identity_company import Member
from support.postgres import CreateDatabase


@pytest.fixture
async def fresh(create_database: CreateDatabase) -> AsyncIterator[Identity]:
    async with running_identity(create_database("identity", migrate_identity).app_dsn) as running:
        yield running


async def _states(identity: Identity) -> dict[str, str]:
    return {row["kid"]: row["state"] for row in await identity.pool.fetch("select kid, state from signing_keys")}


async def _rotate(identity: Identity, *, later: timedelta = timedelta(), force: bool = False) -> Rotated:
    identity.clock.shift += later
    return await identity.application.tokens.rotate_signing_keys(RotateSigningKeys(force=force))


def _forget_cached_key(identity: Identity) -> None:
    """Do what thirty seconds do: let the signer look which key is active."""
    identity.application.tokens.request.keywords["tokens"].signer._loaded_at = float("-inf")  # type: ignore[attr-defined]


async def test_processes_that_start_together_make_one_key(fresh: Identity) -> None:
    await fresh.pool.execute("delete from signing_keys")
    documents = await asyncio.gather(*(fresh.application.tokens.published_keys() for _ in range(5)))
    assert list((await _states(fresh)).values()) == ["active"]
    assert {document["keys"][0]["kid"] for document in documents} == set(await _states(fresh))


async def test_a_private_key_is_sealed_in_the_database(fresh: Identity) -> None:
    row = await fresh.pool.fetchrow("select public_key, sealed_private_key from signing_keys")
    assert b"PRIVATE" not in row["sealed_private_key"]
    assert not {"d", "p", "q"} & set(row["public_key"])


async def test_a_key_is_published_a_day_before_it_signs_and_a_while_after(fresh: Identity) -> None:
    (first,) = await _states(fresh)
    published = (await _rotate(fresh)).published
    assert published is not None
    assert await _states(fresh) == {first: "active", published: "published"}
    assert await _rotate(fresh, later=timedelta(hours=23)) == Rotated(
        activated=None, retired=None, published=None, removed=()
    )
    rotated = await _rotate(fresh, later=timedelta(hours=2))
    assert (rotated.activated, rotated.retired) == (published, first)
    kids = {key["kid"] for key in (await fresh.application.tokens.published_keys())["keys"]}
    assert {first, published} <= kids
    assert (await _rotate(fresh, later=timedelta(hours=3))).removed == (first,)
    assert first not in await _states(fresh)


async def test_a_token_outlives_the_rotation_of_its_key(fresh: Identity) -> None:
    member: Member = await fresh.join(f"jan@{new_domain()}")
    await _rotate(fresh)
    await fresh.pool.execute("update signing_keys set since = since - interval '25 hours'")
    assert (await _rotate(fresh)).activated is not None
    _forget_cached_key(fresh)
    await fresh.verifier.refresh()
    assert (await fresh.http.get("/identity/v1/me", headers=member.headers)).status_code == 200
    newer: Any = (await fresh.log_in(member.email)).json()
    headers = {"Authorization": f"Bearer {newer['accessToken']}"}
    assert (await fresh.http.get("/identity/v1/me", headers=headers)).status_code == 200


async def test_a_leaked_key_is_replaced_at_once(fresh: Identity) -> None:
    (first,) = await _states(fresh)
    member: Member = await fresh.join(f"jan@{new_domain()}")
    rotated = await _rotate(fresh, force=True)
    assert first in rotated.removed
    assert await _states(fresh) == {rotated.activated: "active"}
    await fresh.verifier.refresh()
    assert (await fresh.http.get("/identity/v1/me", headers=member.headers)).status_code == 401


async def test_rotations_that_run_together_take_turns(fresh: Identity) -> None:
    await asyncio.gather(*(_rotate(fresh) for _ in range(4)))
    assert sorted((await _states(fresh)).values()) == ["active", "published"]
