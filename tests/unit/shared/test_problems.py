"""Every error over HTTP is a problem document, and no bad input is a 500."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import asyncpg
import httpx2
import pytest
from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, Field
from shared.errors import Conflict, DomainError, NotFound, PaymentRequired, Unauthenticated, Unavailable
from shared.http.app import HttpKit, create_app
from shared.http.middleware import read_limited
from shared.http.pagination import Cursor, Limit, decode_cursor, encode_cursor
from shared.ids import new_id


class BalanceTooLow(PaymentRequired):
    """The balance does not cover this."""


class Order(BaseModel):
    name: Annotated[str, Field(max_length=5)]
    amount: int


RAISED: dict[str, Exception] = {
    "conflict": Conflict("Not in this state.", current_status="active"),
    "clash": Conflict("Not in this state.", status="open", type="a", code="b", reason="it is open"),
    "balance": BalanceTooLow(),
    "unknown": NotFound(),
    "anonymous": Unauthenticated(),
    "down": Unavailable(),
    "nul": asyncpg.CharacterNotInRepertoireError('invalid byte sequence for encoding "UTF8": 0x00'),
    "connection": asyncpg.ConnectionDoesNotExistError("connection was closed"),
    "refused": ConnectionRefusedError("postgres"),
    "deadlock": asyncpg.DeadlockDetectedError("deadlock"),
    "closed": asyncpg.InterfaceError("connection is closed"),
    "bug": ZeroDivisionError("secret detail"),
    "arguments": asyncpg.InterfaceError("the server expects 1 argument for this query, 0 were passed"),
    "constraint": asyncpg.UniqueViolationError("secret detail"),
}


def router() -> APIRouter:
    routes = APIRouter()

    @routes.get("/raise/{what}")
    async def raise_it(what: str) -> None:
        raise RAISED[what]

    @routes.post("/orders")
    async def order(body: Annotated[Order, Body()]) -> dict[str, Any]:
        return body.model_dump()

    @routes.get("/things")
    async def things(limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
        return {"limit": limit, "after": decode_cursor(cursor)}

    @routes.post("/upload")
    async def upload(request: Request) -> dict[str, int]:
        return {"bytes": len(await read_limited(request, 10))}

    return routes


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    kit = HttpKit(service="kit", base_url="https://localhost:8443", version="1.2.3")
    app = create_app(kit, title="kit", description="", routers=[router()], state={})
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="https://localhost:8443") as made:
        yield made


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("conflict", 409, "conflict"),
        ("balance", 402, "balance_too_low"),
        ("unknown", 404, "not_found"),
        ("anonymous", 401, "unauthenticated"),
        ("down", 503, "unavailable"),
        ("nul", 400, "invalid_request"),
        ("connection", 503, "temporarily_unavailable"),
        ("refused", 503, "temporarily_unavailable"),
        ("deadlock", 503, "temporarily_unavailable"),
        ("closed", 503, "temporarily_unavailable"),
        ("bug", 500, "internal_error"),
        ("arguments", 500, "internal_error"),
        ("constraint", 500, "internal_error"),
    ],
)
async def test_an_error_has_one_status_and_code(what: str, status: int, code: str, client: httpx2.AsyncClient):
    response = await client.get(f"/raise/{what}")
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"https://localhost:8443/problems/{code}"
    assert body["instance"] == f"/raise/{what}"
    assert body["requestId"] == response.headers["x-request-id"]
    assert "secret" not in response.text
    assert ("retry-after" in response.headers) == (status == 503)


async def test_extra_members_are_camel_case_and_a_challenge_comes_with_401(client: httpx2.AsyncClient):
    assert (await client.get("/raise/conflict")).json()["currentStatus"] == "active"
    assert (await client.get("/raise/anonymous")).headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_an_extra_member_replaces_none_that_every_problem_has(client: httpx2.AsyncClient):
    body = (await client.get("/raise/clash")).json()
    assert (body["status"], body["code"], body["type"]) == (409, "conflict", "https://localhost:8443/problems/conflict")
    assert body["reason"] == "it is open"


BAD_REQUESTS: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{", ""),
    "not UTF-8": (b'{"name": "\xff"}', ""),
    "an array": (b"[]", ""),
    "a lone surrogate": (b'{"name": "\\ud800", "amount": 1}', "/name"),
    "a lone surrogate as a name": (b'{"\\ud800": 1}', "/name"),
    "a missing field": (b'{"name": "x"}', "/amount"),
    "a long value": (b'{"name": "xxxxxx", "amount": 1}', "/name"),
    "a fraction": (b'{"name": "x", "amount": 1.5}', "/amount"),
    "infinity": (b'{"name": "x", "amount": 1e999}', "/amount"),
    "not a number": (b'{"name": "x", "amount": NaN}', "/amount"),
    "a number with 5000 digits": (b'{"name": "x", "amount": ' + b"9" * 5000 + b"}", ""),
    "endless nesting": (b"[" * 100_000, ""),
}


@pytest.mark.parametrize("what", BAD_REQUESTS)
async def test_a_request_that_fails_its_schema_is_400_with_the_fields(what: str, client: httpx2.AsyncClient):
    body, pointer = BAD_REQUESTS[what]
    response = await client.post("/orders", content=body, headers={"content-type": "application/json"})
    problem = response.json()
    assert response.status_code == 400, problem
    assert problem["code"] in {"invalid_request", "bad_request"}
    if pointer:
        assert pointer in [field["pointer"] for field in problem["errors"]]


async def test_what_the_framework_refuses_is_a_problem_too(client: httpx2.AsyncClient):
    unknown, method = await client.get("/nowhere"), await client.delete("/orders")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")
    assert method.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=%00", "cursor=abc", "cursor=é", "cursor="]
)
async def test_a_bad_page_is_400(query: str, client: httpx2.AsyncClient):
    assert (await client.get(f"/things?{query}")).status_code == 400


async def test_a_cursor_that_we_gave_is_read_back(client: httpx2.AsyncClient):
    last = new_id()
    response = await client.get("/things", params={"cursor": encode_cursor(last)})
    assert response.json()["after"] == str(last)


async def test_a_body_over_the_limit_is_413_with_and_without_a_declared_length(client: httpx2.AsyncClient):
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"12345"

    declared, streamed = await client.post("/upload", content=b"1" * 11), await client.post("/upload", content=chunks())
    assert [declared.status_code, streamed.status_code] == [413, 413]
    assert declared.json()["limitBytes"] == 10
    assert (await client.post("/upload", content=b"1" * 10)).json() == {"bytes": 10}
    odd = await client.post("/upload", content=b"1", headers={"content-length": "²".encode("latin-1")})  # type: ignore[dict-item]
    assert odd.status_code == 200


async def test_the_callers_request_id_is_kept_and_the_version_announced(client: httpx2.AsyncClient):
    response = await client.get("/things", headers={"x-request-id": "abc-123"})
    assert (response.headers["x-request-id"], response.headers["api-version"]) == ("abc-123", "1.2.3")


def test_the_code_of_an_error_is_its_name_and_its_sentence_its_docstring():
    error = BalanceTooLow(balance_micros=-5)
    assert (error.code, error.detail, error.extra) == (
        "balance_too_low",
        "The balance does not cover this.",
        {"balance_micros": -5},
    )
    assert isinstance(error, DomainError)
