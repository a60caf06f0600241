"""The sender of hooks on real sockets: what a target may do, and which targets are never reached."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from documents.adapters.webhooks.sender import AiohttpHookSender, open_guarded_session
from documents.application.values import HookCall, Response

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Ask = Callable[[Handler], Awaitable[Response]]


@pytest.fixture
async def sender() -> AsyncIterator[AiohttpHookSender]:
    async with open_guarded_session(allow_private=True, timeout_seconds=0.5) as session:
        yield AiohttpHookSender(session, allow_private=True)


@pytest.fixture
async def ask(sender: AiohttpHookSender) -> AsyncIterator[Ask]:
    """Call a target that behaves as a handler says."""
    servers: list[TestServer] = []

    async def call(handler: Handler) -> Response:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        servers.append(TestServer(app))
        await servers[-1].start_server()
        return await sender.post(HookCall(url=str(servers[-1].make_url("/in")), headers={"x-a": "b"}, body=b"{}"))

    yield call
    for server in servers:
        await server.close()


async def test_what_is_sent_arrives_as_it_was_signed(ask: Ask) -> None:
    seen: list[tuple[str, str, bytes, str | None]] = []

    async def target(request: web.Request) -> web.Response:
        seen.append((request.method, request.path, await request.read(), request.headers.get("x-a")))
        return web.Response(text="thanks")

    response = await ask(target)
    assert (response.ok, response.status, response.excerpt) == (True, 200, "thanks")
    assert seen == [("POST", "/in", b"{}", "b")]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(ask: Ask, status: int) -> None:
    calls = 0

    async def target(_: web.Request) -> web.Response:
        nonlocal calls
        calls += 1
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    response = await ask(target)
    assert (response.ok, response.status, calls) == (False, status, 1)
    assert "redirects are not followed" in response.reason


async def test_a_slow_target_is_a_failure_in_time(ask: Ask) -> None:
    async def target(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    response = await ask(target)
    assert (response.status, response.reason) == (None, "no answer in time")


async def test_a_target_that_drips_its_answer_for_ever_does_not_hold_us(ask: Ask) -> None:
    async def target(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(1000):
            await answer.write(b"x" * 10_000)
            await asyncio.sleep(0.001)
        return answer

    response = await ask(target)
    assert response.ok
    assert len(response.excerpt) <= 500


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120.0), ("0", 0.0), ("soon", None), ("-5", None), ("", None), (None, None)],
)
async def test_retry_after_in_seconds_is_read_and_nonsense_is_not(
    ask: Ask, header: str | None, seconds: float | None
) -> None:
    async def target(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": header} if header is not None else {})

    assert (await ask(target)).retry_after == seconds


async def test_retry_after_as_a_date_is_read(ask: Ask) -> None:
    async def target(_: web.Request) -> web.Response:
        moment = datetime.now(UTC) + timedelta(seconds=100)
        return web.Response(status=503, headers={"Retry-After": format_datetime(moment, usegmt=True)})

    wait = (await ask(target)).retry_after
    assert wait is not None
    assert 90 < wait <= 100


async def test_a_target_that_hangs_up_is_a_failure_with_a_reason(ask: Ask) -> None:
    async def target(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    response = await ask(target)
    assert response.status is None
    assert "Disconnected" in response.reason


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://no-such-host.invalid/"])
async def test_a_target_that_is_not_there_is_a_failure_with_a_reason(sender: AiohttpHookSender, url: str) -> None:
    response = await sender.post(HookCall(url=url, headers={}, body=b"{}"))
    assert (response.status, bool(response.error)) == (None, True)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::7f00:1]", "localhost", "2130706433", "0x7f000001", "127.1", "0"],
)
async def test_a_private_target_is_never_connected_to(host: str) -> None:
    connections = 0

    def connected(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with open_guarded_session(allow_private=False, timeout_seconds=2) as session:
            guarded = AiohttpHookSender(session, allow_private=False)
            response = await guarded.post(HookCall(url=f"http://{host}:{port}/", headers={}, body=b"{}"))
    finally:
        server.close()
    assert response.status is None
    assert "public" in response.reason or "canonical" in response.reason
    assert connections == 0


async def test_a_proxy_of_the_environment_is_not_used(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    async def target(_: web.Request) -> web.Response:
        return web.Response()

    assert (await ask(target)).ok
