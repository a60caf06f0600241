"""Hooks when two things happen at once: a call that two workers make, a hook that is removed while it is called.

A worker that was frozen, or whose database was, may find its job taken over: both make the call then.
"""

import asyncio
from uuid import UUID

import pytest
from documents.application.values import HookCall, Response
from support.documents import World
from support.documents_facts import Company
from support.documents_fakes import FakeTargets
from support.documents_hooks import put


@pytest.fixture
async def buyer(world: World) -> Company:
    company = await world.company(receiving=True)
    await put(world, company, id="accounting")
    return company


async def _ping(world: World, company: Company) -> int:
    return (await world.http.get(f"/api/v1/{company.party}/hook/ping", headers=company.by_key)).status_code


async def test_a_call_that_two_workers_make_is_announced_once(
    world: World, buyer: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meet(targets: FakeTargets, call: HookCall) -> Response:
        targets.calls.append(call)
        while len(targets.calls) < 2:  # noqa: ASYNC110 - what it waits for is a list
            await asyncio.sleep(0.01)
        return Response(status=200, milliseconds=3)

    monkeypatch.setattr(FakeTargets, "post", meet)
    await _ping(world, buyer)
    delivery: UUID = await world.pool.fetchval("select id from hook_deliveries")

    await asyncio.gather(*(world.application.deliver_hook(delivery, attempt) for attempt in (1, 2)))

    assert len(world.targets.calls) == 2
    assert len(await world.published("hook-delivered")) == 1


async def test_a_hook_that_is_removed_at_this_moment_gets_no_call(world: World, buyer: Company) -> None:
    async with world.pool.acquire() as connection:
        async with connection.transaction():
            await connection.execute("delete from hooks")
            pinging = asyncio.create_task(_ping(world, buyer))
            await asyncio.sleep(0.2)

            assert not pinging.done()

        assert await pinging == 200
    assert await world.pool.fetchval("select count(*) from hook_deliveries") == 0
