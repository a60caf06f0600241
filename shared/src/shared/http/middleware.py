"""What every request passes: a request id, a span that continues the caller's trace, a duration metric, a size limit.

Plain ASGI, because this runs on the hot path. No access log: the histogram and the trace say more for less.
"""

import time
from typing import Any

from opentelemetry import trace
from opentelemetry.propagate import extract
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import TooLarge
from shared.ids import new_id
from shared.observability.metrics import HTTP_SECONDS
from shared.observability.tracing import open_span

_tracer = trace.get_tracer("shared.http")
_QUIET = ("/health/", "/metrics")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What a method is called in metrics and spans; a client may invent others."""


class RequestTooLarge(TooLarge):
    """The request body is larger than this accepts."""


class RequestContext:
    """Give the request its id, its span and its place in the metrics."""

    def __init__(self, app: ASGIApp, *, service: str, api_version: str) -> None:
        self._app = app
        self._service = service
        self._version = api_version.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_QUIET):
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = headers.get("x-request-id", "")[:64] or new_id().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500
        method = scope["method"] if scope["method"] in _METHODS else "other"
        started = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode("latin-1")),
                    (b"api-version", self._version),
                ]
            await send(message)

        with open_span(_tracer, method, context=extract(headers), kind=trace.SpanKind.SERVER) as span:
            try:
                await self._app(scope, receive, send_with_headers)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                span.update_name(f"{method} {route}")
                span.set_attribute("http.response.status_code", status)
                seconds = time.perf_counter() - started
                HTTP_SECONDS.labels(service=self._service, method=method, route=route, status=str(status)).observe(
                    seconds
                )


async def read_limited(request: Any, limit: int) -> bytes:
    """Return the body, reading no further than `limit` bytes; raises `RequestTooLarge`."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise RequestTooLarge(f"The request is larger than {limit:,} bytes.", limit_bytes=limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise RequestTooLarge(f"The request is larger than {limit:,} bytes.", limit_bytes=limit)
    return bytes(body)
