"""Where the platform's webhooks arrive, and how a test or a person sets up and reads them."""

import asyncio
import hashlib
import time
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from sandbox.identifiers import now
from sandbox.webhooks.receivers import Behaviour, Call, Receiver, Registration
from sandbox.webhooks.signatures import econnect_verdict, standard_verdict
from sandbox.world import TheWorld, World

Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
router = APIRouter(tags=["webhooks"])


@router.post("/webhooks/{name}")
async def receive(world: TheWorld, request: Request, name: Name) -> Response:
    """Verify, remember, and answer as registered. The verdict never changes the answer: tests read it."""
    receiver = _receiver(world, name)
    body = await request.body()
    if len(body) > world.receivers.settings.max_bytes:
        raise HTTPException(413, "too large for a webhook")
    headers = dict(request.headers)
    attempt = _count(receiver, headers, body)
    status = _status(receiver.registration, attempt)
    registration = receiver.registration
    settings = world.receivers.settings
    standard_secret = registration.standard_secret or registration.secret
    receiver.calls.append(
        Call(
            received_at=now(),
            headers=tuple(headers.items()),
            body=body,
            econnect=econnect_verdict(headers, body, registration.secret),
            standard=standard_verdict(
                headers, body, standard_secret, moment=time.time(), tolerance=settings.tolerance_seconds
            ),
            answered=status,
            attempt=attempt,
        )
    )
    if registration.behaviour is Behaviour.SLOW:
        await asyncio.sleep(settings.slow_seconds if registration.seconds is None else registration.seconds)
    redirect = {"Location": f"{world.base_url}/webhooks/{name}/moved"} if status == _REDIRECT else None
    return JSONResponse({"received": status == _OK}, status_code=status, headers=redirect)


@router.put("/control/webhooks/{name}")
async def register(world: TheWorld, name: Name, body: Registration) -> dict[str, Any]:
    world.receivers.register(name, body)
    return {"url": f"{world.base_url}/webhooks/{name}", "behaviour": body.behaviour}


@router.delete("/control/webhooks/{name}", status_code=204)
async def unregister(world: TheWorld, name: Name) -> None:
    if not world.receivers.remove(name):
        raise HTTPException(404, "no such receiver")


@router.get("/control/webhooks/{name}/calls")
async def list_calls(world: TheWorld, name: Name, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> dict[str, Any]:
    """List the calls in the order of their arrival, the newest `limit` of them."""
    calls = list(_receiver(world, name).calls)
    return {"total": len(calls), "items": [call.view() for call in calls[-limit:]]}


@router.delete("/control/webhooks/{name}/calls", status_code=204)
async def forget_calls(world: TheWorld, name: Name) -> None:
    receiver = _receiver(world, name)
    receiver.calls.clear()
    receiver.attempts.clear()


_OK, _REDIRECT, _GONE, _SERVER_ERROR, _UNAVAILABLE = 200, 302, 410, 500, 503
_MAX_COUNTED = 10_000


def _status(registration: Registration, attempt: int) -> int:
    match registration.behaviour:
        case Behaviour.SERVER_ERROR:
            return _SERVER_ERROR
        case Behaviour.GONE:
            return _GONE
        case Behaviour.REDIRECT:
            return _REDIRECT
        case Behaviour.FLAKY if attempt <= registration.failures:
            return _UNAVAILABLE
        case _:
            return _OK


def _count(receiver: Receiver, headers: dict[str, str], body: bytes) -> int:
    """Count the tries of one message, known by its webhook-id or else by its content."""
    message = headers.get("webhook-id") or hashlib.sha256(body).hexdigest()
    if len(receiver.attempts) >= _MAX_COUNTED:
        receiver.attempts.clear()
    receiver.attempts[message] += 1
    return receiver.attempts[message]


def _receiver(world: World, name: str) -> Receiver:
    receiver = world.receivers.get(name)
    if receiver is None:
        raise HTTPException(404, "no such receiver; register it with PUT /control/webhooks/{name}")
    return receiver
