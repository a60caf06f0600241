"""Posts to hooks' targets with kept-alive connections; whatever goes wrong comes back as a `Response` with its reason.

No redirect is followed and no proxy of the environment used: both would lead around the guard. At most a few hundred
bytes of the answer are read. The call carries `traceparent`: a receiver who names it in a question names the trace.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

import aiohttp
from opentelemetry import trace
from opentelemetry.propagate import inject
from shared.clock import utc_now
from shared.observability.tracing import open_span
from yarl import URL

from documents.adapters.webhooks.guard import GuardedResolver, TargetForbiddenError, check_literal
from documents.application.values import HookCall, Response

_tracer = trace.get_tracer("documents.webhooks")
_EXCERPT = 500
_LIMIT_PER_HOST = 16


@asynccontextmanager
async def open_guarded_session(*, allow_private: bool, timeout_seconds: float) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session whose connections all pass the guard; literal addresses are the caller's to check."""
    connector = aiohttp.TCPConnector(
        resolver=GuardedResolver(allow_private=allow_private), limit=0, limit_per_host=_LIMIT_PER_HOST, ttl_dns_cache=10
    )
    session = aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=timeout_seconds),
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )
    try:
        yield session
    finally:
        await session.close()


class AiohttpHookSender:
    def __init__(self, session: aiohttp.ClientSession, *, allow_private: bool) -> None:
        self._session = session
        self._allow_private = allow_private

    async def post(self, call: HookCall) -> Response:
        with open_span(_tracer, "call hook", kind=trace.SpanKind.CLIENT) as span:
            response = await self._try(call)
            span.set_attribute("http.response.status_code", response.status or 0)
            return response

    async def _try(self, call: HookCall) -> Response:
        started = time.perf_counter()
        try:
            if not self._allow_private:
                check_literal(URL(call.url).host or "")
            return await self._post(call, started)
        except TimeoutError:
            return _failure("no answer in time", started)
        except (TargetForbiddenError, aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError) as error:
            return _failure(_reason(error), started)

    async def _post(self, call: HookCall, started: float) -> Response:
        headers = dict(call.headers)
        inject(headers)
        async with self._session.post(call.url, data=call.body, headers=headers, allow_redirects=False) as answer:
            excerpt = await answer.content.read(_EXCERPT)
            return Response(
                status=answer.status,
                error=_status_error(answer.status),
                excerpt=excerpt.decode(errors="replace"),
                retry_after=_retry_after(answer.headers.get("Retry-After")),
                milliseconds=_elapsed(started),
            )


def _status_error(status: int) -> str | None:
    if 300 <= status < 400:  # noqa: PLR2004 - the 3xx class
        return f"status {status}: redirects are not followed"
    return None


def _reason(error: Exception) -> str:
    inner = getattr(error, "os_error", None) or error
    return f"{type(inner).__name__}: {inner}"[:_EXCERPT]


def _failure(reason: str, started: float) -> Response:
    return Response(status=None, error=reason, milliseconds=_elapsed(started))


def _elapsed(started: float) -> int:
    return int((time.perf_counter() - started) * 1000)


def _retry_after(text: str | None) -> float | None:
    """Read seconds or a date; nonsense counts as nothing."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text.strip()[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        return None
    return max((moment - utc_now()).total_seconds(), 0.0)
