"""`Idempotency-Key` over HTTP: one effect per key, per tenant, whatever happens in between."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from shared.errors import Conflict, Unavailable
from shared.http import idempotency
from shared.http.app import HttpKit, create_app
from shared.http.idempotency import once
from shared.ids import new_id
from support.kafka_reader import eventually

TENANT = UUID(int=1)


class Desk:
    """An endpoint behind `once`, which counts how often it acted."""

    def __init__(self, pool: Any) -> None:
        self.acted = 0
        self.pool = pool
        self.given: list[UUID] = []
        self.status = 201
        self.error: Exception | None = None
        self.hold: asyncio.Event | None = None
        router = APIRouter()

        @router.post("/orders")
        async def order(request: Request) -> JSONResponse:
            environment = UUID(request.headers["x-environment"])
            operation = request.headers.get("x-operation", "order")
            return await once(request, pool, environment=environment, operation=operation, act=self.act)

        kit = HttpKit(service="kit", base_url="https://localhost:8443")
        app = create_app(kit, title="kit", description="", routers=[router], state={})
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        self.client = httpx2.AsyncClient(transport=transport, base_url="https://localhost:8443")

    async def act(self, resource_id: UUID) -> JSONResponse:
        self.acted += 1
        self.given.append(resource_id)
        if self.hold is not None:
            await self.hold.wait()
        if self.error is not None:
            raise self.error
        return JSONResponse({"number": self.acted}, status_code=self.status, headers={"Location": f"/{self.acted}"})

    async def post(
        self, key: str | None, body: Any = None, *, environment: UUID = TENANT, operation: str = "order"
    ) -> httpx2.Response:
        headers = {"x-environment": str(environment), "x-operation": operation}
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.client.post("/orders", json=body or {}, headers=headers)


@pytest.fixture
async def desk(pool: Any) -> AsyncIterator[Desk]:
    it = Desk(pool)
    yield it
    await it.client.aclose()


async def test_the_same_key_gets_the_first_answer_and_acts_once(desk: Desk):
    first, second = await desk.post("k-1"), await desk.post("k-1")
    assert desk.acted == 1
    assert (first.status_code, first.json(), first.headers["location"]) == (201, {"number": 1}, "/1")
    assert (second.status_code, second.content, second.headers["location"]) == (201, first.content, "/1")
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert int(second.headers["content-length"]) == len(second.content)


async def test_a_quoted_key_is_the_same_as_a_bare_one(desk: Desk):
    await desk.post('"k-1"')
    assert (await desk.post("k-1")).headers["idempotency-replayed"] == "true"


async def test_without_a_key_every_request_acts(desk: Desk):
    await desk.post(None)
    await desk.post(None)
    assert desk.acted == 2


async def test_the_same_key_with_another_body_is_422(desk: Desk):
    await desk.post("k-1", {"amount": 1})
    refused = await desk.post("k-1", {"amount": 2})
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert desk.acted == 1


async def test_while_the_first_request_runs_the_second_is_409(desk: Desk):
    desk.hold = asyncio.Event()
    first = asyncio.create_task(desk.post("k-1"))
    assert await eventually(lambda: has_acted(desk))
    second, other = await desk.post("k-1"), await desk.post("k-1", {"amount": 2})
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_key_in_use")
    assert other.status_code == 422
    desk.hold.set()
    assert (await first).status_code == 201
    assert desk.acted == 1


async def has_acted(desk: Desk) -> bool:
    return desk.acted > 0


async def test_many_requests_at_once_with_one_key_act_once(desk: Desk):
    responses = await asyncio.gather(*(desk.post("k-1") for _ in range(12)))
    assert desk.acted == 1
    assert {response.status_code for response in responses} <= {201, 409}


async def test_another_tenant_or_operation_with_the_same_key_acts_for_itself(desk: Desk):
    first = await desk.post("k-1", environment=new_id())
    second = await desk.post("k-1", environment=new_id())
    third = await desk.post("k-1", operation="refund")
    assert [response.json()["number"] for response in (first, second, third)] == [1, 2, 3]


@pytest.mark.parametrize("key", ["", '""', "x" * 256])
async def test_an_empty_or_overlong_key_is_400(key: str, desk: Desk):
    refused = await desk.post(key)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_idempotency_key")
    assert desk.acted == 0


async def test_an_error_is_not_stored_so_that_the_key_can_be_used_again(desk: Desk):
    desk.error = RuntimeError("a bug")
    assert (await desk.post("k-1")).status_code == 500
    desk.error = None
    desk.status = 409
    assert (await desk.post("k-1")).status_code == 409
    desk.status = 201
    assert (await desk.post("k-1")).json() == {"number": 3}


async def test_a_claim_of_a_dead_process_ends_and_the_retry_acts(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(idempotency, "CLAIM_SECONDS", 0.3)
    desk.hold = asyncio.Event()
    dying = asyncio.create_task(desk.post("k-1"))
    assert await eventually(lambda: has_acted(desk))
    monkeypatch.setattr(idempotency._queries, "leave_key", nothing)
    monkeypatch.setattr(idempotency._queries, "store_answer", nothing)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    desk.hold = None
    assert (await desk.post("k-1")).status_code == 409

    async def acts() -> bool:
        return (await desk.post("k-1")).status_code == 201

    assert await eventually(acts)


async def test_every_try_of_a_request_makes_the_same_thing(desk: Desk):
    """A connection can break during COMMIT: nobody knows then whether the first try made it."""
    desk.error = RuntimeError("the connection is lost")
    assert (await desk.post("k-1")).status_code == 500
    desk.error = Unavailable()
    assert (await desk.post("k-1")).status_code == 503
    desk.error = None
    assert (await desk.post("k-1", {"amount": 2})).json()["code"] == "idempotency_key_reused"
    assert (await desk.post("k-1")).status_code == 201
    assert (await desk.post("k-1")).headers["idempotency-replayed"] == "true"
    assert len(desk.given) == 3
    assert len(set(desk.given)) == 1


async def test_a_refused_request_may_be_corrected_and_makes_something_else(desk: Desk):
    desk.error = Conflict()
    assert (await desk.post("k-1")).status_code == 409
    desk.error = None
    assert (await desk.post("k-1", {"amount": 2})).status_code == 201
    assert len(set(desk.given)) == 2


async def test_an_answer_that_comes_too_late_does_not_replace_the_one_that_was_given(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    """A process that was frozen for longer than its claim goes on where it was."""
    desk.hold = asyncio.Event()
    monkeypatch.setattr(idempotency._queries, "renew_key", nothing)
    frozen = asyncio.create_task(desk.post("k-1"))
    assert await eventually(lambda: has_acted(desk))
    held, desk.hold = desk.hold, None
    await desk.pool.execute("update idempotency_keys set expires_at = now() - interval '1 s'")
    assert (await desk.post("k-1")).json() == {"number": 2}
    held.set()
    await frozen
    assert (await desk.post("k-1")).json() == {"number": 2}
    assert len(set(desk.given)) == 1


async def nothing(*_arguments: Any, **_names: Any) -> None:
    """Do nothing, as a process that is dead."""


async def test_a_long_request_keeps_its_claim(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(idempotency, "CLAIM_SECONDS", 0.3)
    desk.hold = asyncio.Event()
    slow = asyncio.create_task(desk.post("k-1"))
    assert await eventually(lambda: has_acted(desk))
    await asyncio.sleep(0.7)
    assert (await desk.post("k-1")).status_code == 409
    desk.hold.set()
    assert (await slow).json() == {"number": 1}
    assert desk.acted == 1


async def test_expired_keys_are_pruned(desk: Desk, pool: Any):
    await desk.post("k-1")
    await desk.post("k-2")
    await pool.execute("update idempotency_keys set expires_at = now() - interval '1 s' where key = 'k-1'")
    await pool.execute(
        "insert into idempotency_keys (environment_id, operation, key, request_hash, resource_id, expires_at)"
        " values ($1, 'order', 'unanswered', '', $1, now() - interval '23 hours'),"
        " ($1, 'order', 'long unanswered', '', $1, now() - interval '25 hours')",
        TENANT,
    )
    await idempotency.prune(pool)
    kept = {row["key"] for row in await pool.fetch("select key from idempotency_keys")}
    assert kept == {"k-2", "unanswered"}
    await pool.execute("update idempotency_keys set expires_at = now() - interval '1 s'")
    assert (await desk.post("k-2")).json() == {"number": 3}
