"""A running sandbox on free ports, and beside it a small HTTP server that plays the platform."""

import asyncio
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import SecretStr
from sandbox.app import create_app
from sandbox.settings import DnsSettings, HttpSettings, MollieSettings, PeppolSettings, Settings, SmtpSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    base_url: str
    smtp_port: int
    dns_port: int
    settings: Settings

    @property
    def zone(self) -> str:
        return self.settings.peppol.zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass(slots=True)
class Platform:
    """Answers what a test tells it to, 200 otherwise, and remembers what it was sent."""

    url: str
    calls: list[Seen] = field(default_factory=list)
    answers: deque[tuple[int, str]] = field(default_factory=deque)

    def on(self, path: str) -> list[Seen]:
        return [seen for seen in self.calls if seen.path == path]

    async def wait_for(self, path: str, count: int = 1) -> list[Seen]:
        await until(lambda: len(self.on(path)) >= count, f"{count} calls on {path}")
        return self.on(path)


async def until(condition: Callable[[], bool | Awaitable[bool]], what: str, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        outcome = condition()
        if outcome if isinstance(outcome, bool) else await outcome:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"did not happen within {seconds} s: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[None]:
    """Serve `app` by real HTTP from a thread with a loop of its own."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server ended while it started"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def running_sandbox(**changes: object) -> Iterator[Running]:
    port = free_port()
    sections = {"smtp": SmtpSettings(port=0), "dns": DnsSettings(port=0)} | changes
    settings = Settings(http=HttpSettings(port=port), **sections)  # type: ignore[arg-type]
    with served(create_app(settings), port):
        base_url = f"http://127.0.0.1:{port}"
        ports = httpx2.get(f"{base_url}/health/ready").json()["ports"]
        yield Running(base_url=base_url, smtp_port=ports["smtp"], dns_port=ports["dns"], settings=settings)


FAST_MOLLIE = MollieSettings(webhook_delays=(0.0, 0.05, 0.1, 0.2), webhook_timeout=1.0)


@pytest.fixture(scope="session")
def sandbox(platform_server: Platform) -> Iterator[Running]:
    peppol = PeppolSettings(
        acknowledge_seconds=0.15, slow_seconds=0.6, retry_seconds=0.05, retry_max_attempts=4,
        delivery_delays=(0.0, 0.05, 0.05, 0.05), delivery_timeout=1.0,
        forward_url=f"{platform_server.url}/forwarded", notification_url=f"{platform_server.url}/notified",
        inbound_token=SecretStr("the-inbound-token"),
    )  # fmt: skip
    with running_sandbox(mollie=FAST_MOLLIE, peppol=peppol) as running:
        yield running


@pytest.fixture(scope="session")
def platform_server() -> Iterator[Platform]:
    port = free_port()
    platform = Platform(f"http://127.0.0.1:{port}")
    app = FastAPI()

    @app.post("/{path:path}")
    async def receive(path: str, request: Request) -> Response:
        seen = Seen(path=f"/{path}", headers=dict(request.headers), body=await request.body(), at=time.monotonic())
        platform.calls.append(seen)
        status, body = platform.answers.popleft() if path != "notified" and platform.answers else (200, "{}")
        return Response(body, status_code=status, media_type="application/json")

    with served(app, port):
        yield platform


@pytest.fixture
def platform(platform_server: Platform) -> Platform:
    platform_server.calls.clear()
    platform_server.answers.clear()
    return platform_server


@pytest.fixture
async def http(sandbox: Running) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=sandbox.base_url, timeout=10) as client:
        yield client
