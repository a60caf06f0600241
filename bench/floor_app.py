"""The floor of taking documents in: a bare ASGI application that commits the platform's one statement and answers.

No token, no rights, no XML, no checks: the body is stored as it came, with ready-made facts. `FLOOR_DSN` names the
database, which has the documents service's tables. Run by `bench.floor_intake` with the platform's own HTTP server.
"""

import hashlib
import json
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from documents.adapters.postgres.intake import _queries as queries
from shared.database.pool import set_codecs
from shared.ids import new_id

_HEADERS = {f"ce_{name}": "0" * 36 for name in ("id", "type", "source", "subject", "time", "environment", "sequence")}
_PAYLOAD = b"{" + b" " * 600 + b"}"
_STATE: dict[str, Any] = {}


async def app(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Answer lifespan messages and requests."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    answer = json.dumps({"id": await _store(body)}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def _live(receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _STATE["pool"] = await asyncpg.create_pool(
                os.environ["FLOOR_DSN"], min_size=16, max_size=16, init=set_codecs, reset=_nothing
            )
            await send({"type": "lifespan.startup.complete"})
        else:
            await _STATE["pool"].close()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _nothing(_connection: Any) -> None:
    """Be as cheap between uses as the platform's pool."""


async def _store(body: bytes) -> str:
    document_id, environment = new_id(), new_id()
    now = datetime.now(UTC)
    until = now + timedelta(days=90)
    await queries.accept_document(
        _STATE["pool"],
        id=document_id, exchange_id=new_id(), environment_id=environment, mode="live", organization_id=environment,
        sender="0106:68750110", receiver="0106:68727720", document_type_id="invoice", process_id="billing",
        family="invoice", number=document_id.hex, issue_date="2026-11-02", country="NL",
        caller_document_id=document_id, billable=True, content_expires_on=until.date(),
        sha256=hashlib.sha256(body).digest(), size_bytes=len(body), data=body, archive_until=until,
        job_kind="validate_document", job_payload={"document_id": str(document_id)}, job_headers={},
        outbox_topic="documents.documents", outbox_key=str(document_id), outbox_headers=_HEADERS,
        outbox_payload=_PAYLOAD,
    )  # fmt: skip
    return str(document_id)
