"""`Idempotency-Key` (IETF draft-07): a repeated unsafe request gets the first answer and does nothing again.

Keys are per environment and operation, kept 24 hours. The same key with another request → 422, while the first is still
running → 409. The stored answer carries `Idempotency-Replayed: true`. Errors (4xx, 5xx) are not stored: the caller may
correct the request and use the key again. A claim is renewed while the request runs; a process that dies in between
leaves the key claimed for fifteen seconds, after which a retry acts again. Whether the first try committed nobody knows
then, nor when its connection broke during COMMIT: therefore every try of a request is given the same id for what it
makes, and one that finds it made already only shows it.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from uuid import UUID

import structlog
from fastapi import Request
from fastapi.responses import JSONResponse

from shared.database.failures import DATABASE_DOWN
from shared.database.queries import beside
from shared.errors import Conflict, DomainError, Invalid, Malformed
from shared.ids import new_id

_queries = beside(__file__)
_log = structlog.get_logger(__name__)
CLAIM_SECONDS = 15.0
LIFETIME_SECONDS = 24 * 3600.0
MAX_LENGTH = 255


class IdempotencyKeyInUse(Conflict):
    """A request with this Idempotency-Key is still running."""


class IdempotencyKeyReused(Invalid):
    """This Idempotency-Key was used for a different request."""


class InvalidIdempotencyKey(Malformed):
    """The Idempotency-Key is empty or longer than 255 characters."""


def key_of(request: Request) -> str | None:
    """Return the key, which may be quoted as the draft wants it or bare; None when there is none."""
    raw = request.headers.get("idempotency-key")
    if raw is None:
        return None
    key = raw.strip().strip('"')
    if not key or len(key) > MAX_LENGTH:
        raise InvalidIdempotencyKey
    return key


async def once(
    request: Request, pool: Any, *, environment: UUID, operation: str, act: Callable[[UUID], Awaitable[JSONResponse]]
) -> JSONResponse:
    """Run `act` unless this key was answered before; without a key, just run it.

    `act` gets the id for what it makes; when that is there already, it answers as if it had made it.
    """
    key = key_of(request)
    if key is None:
        return await act(new_id())
    names = {"environment_id": environment, "operation": operation, "key": key}
    request_hash = hashlib.sha256(request.url.path.encode() + b"\0" + await request.body()).digest()
    claim = {"request_hash": request_hash, "resource_id": new_id(), "lifetime": CLAIM_SECONDS}
    resource_id = await _queries.claim_key(pool, **names, **claim)
    if resource_id is None:
        return await _replay(pool, names, request_hash)
    try:
        async with _renewed(pool, names):
            response = await act(resource_id)
    except BaseException as error:
        refused = isinstance(error, DomainError) and error.status < HTTPStatus.INTERNAL_SERVER_ERROR
        await (_queries.release_key if refused else _queries.leave_key)(pool, **names)
        raise
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        await _queries.release_key(pool, **names)
        return response
    answer = {"body": bytes(response.body).decode(), "location": response.headers.get("location")}
    await _queries.store_answer(pool, **names, status=response.status_code, response=answer, lifetime=LIFETIME_SECONDS)
    return response


@asynccontextmanager
async def _renewed(pool: Any, names: dict[str, Any]) -> AsyncIterator[None]:
    """Keep the claim alive while the block runs, however long that takes."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(CLAIM_SECONDS / 3)
            try:
                await _queries.renew_key(pool, **names, lifetime=CLAIM_SECONDS)
            except DATABASE_DOWN as error:
                _log.warning("claim_not_renewed", error=repr(error))

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()


async def _replay(pool: Any, names: dict[str, Any], request_hash: bytes) -> JSONResponse:
    row = await _queries.read_key(pool, **names)
    if row is None or (row["status"] is None and row["request_hash"] == request_hash):
        raise IdempotencyKeyInUse
    if row["request_hash"] != request_hash:
        raise IdempotencyKeyReused
    response = JSONResponse(None, status_code=row["status"], headers={"Idempotency-Replayed": "true"})
    response.body = row["response"]["body"].encode()
    response.headers["content-length"] = str(len(response.body))
    if row["response"]["location"]:
        response.headers["location"] = row["response"]["location"]
    return response


async def prune(pool: Any) -> None:
    """Forget the keys that have expired."""
    await _queries.prune_keys(pool, unanswered=LIFETIME_SECONDS)
