"""A careful client as a transport: it repeats a request whose outcome it does not know, and understands "done already".

Everything that the API offers for that is used: idempotency keys, document ids of one's own, and the answers that say
that the first request had arrived after all. So the demo's steps, which expect each call to succeed, can be told while
parts of the platform are being killed.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

PAUSE, TRIES = 0.25, 240
NOT_YET = frozenset({"caller_not_active"})
"""Errors that say that news has not come round yet; asked again, as a person would."""
UNCERTAIN = frozenset({500, 502, 503, 504})
NEEDS_KEY = re.compile(r"/organizations/v1/organizations$|/billing/v1/top-ups$")
SEND = re.compile(r"/salesInvoice/send$")
DOCUMENT_ID = "X-EConnect-DocumentId"
Before = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Already:
    """What the answer to a repeated request says when the first one had arrived, and what that one would have said."""

    method: str
    path: re.Pattern[str]
    status: int
    means: int


ALREADY = (
    Already("POST", SEND, 409, 200),
    Already("POST", re.compile(r"/members$"), 200, 201),
    Already("POST", re.compile(r"/approval$"), 409, 200),
    Already("POST", re.compile(r"/bank/checkout/"), 409, 303),
)
REGISTRATIONS = "/identity/v1/registrations"
COMPLETION = f"{REGISTRATIONS}/completion"


class PatientTransport(httpx2.AsyncBaseTransport):
    """`before` is awaited before each request leaves for the first time."""

    def __init__(self, way: httpx2.AsyncBaseTransport, before: Before) -> None:
        self._way = way
        self._before = before
        self._registering = ""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await self._before()
        _give_identity(request)
        if request.method == "POST" and request.url.path == REGISTRATIONS:
            self._registering = json.loads(request.content)["email"]
        uncertain = False
        for _ in range(TRIES):
            response = await self._try(request)
            if response is not None and response.status_code not in UNCERTAIN and not _comes_later(response):
                return await self._understood(request, response) if uncertain else response
            uncertain = uncertain or response is None or response.status_code in UNCERTAIN
            await asyncio.sleep(PAUSE)
        raise httpx2.ReadTimeout(f"{request.method} {request.url}: no certain answer", request=request)

    async def _try(self, request: httpx2.Request) -> httpx2.Response | None:
        try:
            response = await self._way.handle_async_request(request)
            await response.aread()
        except httpx2.TransportError:
            return None
        return response

    async def _understood(self, request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        """Return what the first request would have been answered."""
        path = request.url.path
        for rule in ALREADY:
            if (rule.method, rule.status) == (request.method, response.status_code) and rule.path.search(path):
                body = {"id": request.headers[DOCUMENT_ID]} if rule.path is SEND else _json(response)
                return httpx2.Response(rule.means, json=body, request=request)
        if path == COMPLETION and request.method == "POST" and response.is_client_error:
            return await self._who_registered(request)
        return response

    async def _who_registered(self, request: httpx2.Request) -> httpx2.Response:
        """The link was used, by the request whose answer was lost: log in, as the error says, and see who one is."""
        credentials = {"email": self._registering, "password": json.loads(request.content)["password"]}
        session = await self._again("POST", request, "/identity/v1/sessions", json=credentials)
        token = {"Authorization": f"Bearer {session['accessToken']}"}
        me = await self._again("GET", request, "/identity/v1/me", headers=token)
        known = {"userId": me["id"], "environmentId": me["environment"]["id"], "role": me["role"]}
        return httpx2.Response(201, json=known, request=request)

    async def _again(self, method: str, like: httpx2.Request, path: str, **options: Any) -> Any:
        request = httpx2.Request(
            method, like.url.copy_with(raw_path=path.encode()), extensions=like.extensions, **options
        )
        return (await self.handle_async_request(request)).json()

    async def aclose(self) -> None:
        await self._way.aclose()


def _give_identity(request: httpx2.Request) -> None:
    """Let the platform recognize a repetition."""
    if request.method == "POST" and NEEDS_KEY.search(request.url.path):
        request.headers.setdefault("Idempotency-Key", str(uuid4()))
    if request.method == "POST" and SEND.search(request.url.path):
        request.headers.setdefault(DOCUMENT_ID, str(uuid4()))


def _comes_later(response: httpx2.Response) -> bool:
    body = _json(response) if response.is_client_error else None
    return isinstance(body, dict) and body.get("code") in NOT_YET


def _json(response: httpx2.Response) -> Any:
    try:
        return response.json()
    except json.JSONDecodeError:
        return {}
