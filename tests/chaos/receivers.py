"""The customers' side of webhooks: receivers that store what they get, or fail in every way that receivers do.

Each name is one receiver. A call that is stored is a line in the log before it is answered, as a customer's database
would have it; the log is one of the stores that the checkers read. How a receiver behaves can be changed at any time.
"""

import asyncio
import json
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

from aiohttp import web

SLOW_SECONDS, HANGING_SECONDS = 2.0, 30.0
LARGE = 300_000


class Behaviour(StrEnum):
    """What a receiver does with a call. `liar` says 200 and stores nothing; `garbled` stores, and answers nonsense."""

    OK = "ok"
    SLOW = "slow"
    HANGING = "hanging"
    ERROR = "error"
    CUT = "cut"
    REDIRECT = "redirect"
    LIAR = "liar"
    GARBLED = "garbled"
    BUSY = "busy"


STORES = frozenset({Behaviour.OK, Behaviour.SLOW, Behaviour.GARBLED})


@dataclass(slots=True)
class Receivers:
    """Every receiver of one run."""

    log: TextIO
    behaviour: Behaviour = Behaviour.OK
    salt: str = ""
    """Decides which half of the receivers behaves so; the other half is well."""
    trapped: list[str] = field(default_factory=list)
    """Calls that followed a redirect, which a sender of webhooks never does."""

    def misbehave(self, behaviour: Behaviour, salt: str) -> None:
        self.behaviour, self.salt = behaviour, salt

    def all_well(self) -> None:
        self.behaviour = Behaviour.OK

    async def receive(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        body = await request.read()
        behaviour = self.behaviour if zlib.crc32(f"{self.salt}{name}".encode()) % 2 else Behaviour.OK
        if behaviour is Behaviour.SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        self._write(name, request, body, behaviour)
        return await self._answer(request, behaviour)

    async def trap(self, request: web.Request) -> web.Response:
        self.trapped.append(request.path)
        return web.Response(status=200)

    def _write(self, name: str, request: web.Request, body: bytes, behaviour: Behaviour) -> None:
        call = {
            "at": time.monotonic(),
            "receiver": name,
            "message": request.headers.get("webhook-id", ""),
            "stored": behaviour in STORES,
            "behaviour": behaviour,
            "body": _json(body),
        }
        self.log.write(json.dumps(call) + "\n")
        self.log.flush()

    async def _answer(self, request: web.Request, behaviour: Behaviour) -> web.StreamResponse:
        answer: web.StreamResponse = web.json_response({"received": True})
        match behaviour:
            case Behaviour.HANGING:
                await asyncio.sleep(HANGING_SECONDS)
            case Behaviour.ERROR:
                answer = web.Response(status=500, text="x" * LARGE)
            case Behaviour.BUSY:
                answer = web.Response(status=503, headers={"Retry-After": "1"})
            case Behaviour.CUT if request.transport is not None:
                request.transport.close()
            case Behaviour.REDIRECT:
                answer = web.Response(status=302, headers={"Location": f"http://{request.host}/trap/redirected"})
            case Behaviour.GARBLED:
                answer = web.Response(status=200, body=b"\xff\x00{" * 1000, content_type="application/json")
            case _:
                pass
        return answer


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


@asynccontextmanager
async def receivers(port: int, log: Path) -> AsyncIterator[Receivers]:
    """Serve receivers on a port of the loopback address."""
    with log.open("a", encoding="utf-8") as file:
        made = Receivers(log=file)
        app = web.Application()
        app.router.add_route("*", "/trap/{rest:.*}", made.trap)
        app.router.add_post("/{name}", made.receive)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield made
        finally:
            await runner.cleanup()
