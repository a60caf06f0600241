"""Every error over HTTP is an RFC 9457 problem; this is the one place that maps our errors to statuses.

`type` is `<base-url>/problems/<code>` (a page that the platform serves), `code` repeats the machine code, `errors`
lists the fields of a request that fails its schema, as 400 (the Dutch API Design Rules ask for that, not 422). A
fault of ours is a 500 without any detail; it is logged with its trace.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from opentelemetry import trace
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from shared.database.failures import DATABASE_DOWN, is_transient, is_unstorable_text
from shared.errors import DomainError, Unauthenticated, Unavailable

_log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"


def problem(
    request: Request,
    *,
    status: int,
    code: str,
    detail: str,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return one problem document; `extra` cannot replace what every problem has."""
    body: dict[str, Any] = {
        **{_camel(name): value for name, value in (extra or {}).items()},
        "type": f"{request.app.state.base_url}/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "code": code,
        "requestId": getattr(request.state, "request_id", None),
    }
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        body["traceId"] = format(context.trace_id, "032x")
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


async def on_domain_error(request: Request, error: Exception) -> JSONResponse:
    """Answer a deliberate error by its category."""
    if not isinstance(error, DomainError):
        raise error
    headers: dict[str, str] = {}
    if isinstance(error, Unavailable):
        headers["Retry-After"] = "5"
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = f'Bearer error="{error.extra.get("oauth_error", "invalid_token")}"'
    return problem(
        request, status=error.status, code=error.code, detail=error.detail, extra=error.extra, headers=headers
    )


async def on_schema_error(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that fails its schema: which field, and what is wrong with it; never the value itself."""
    if not isinstance(error, RequestValidationError):
        raise error
    fields = [
        {
            "pointer": "/" + "/".join(str(part) for part in item["loc"][1:]),
            "in": str(item["loc"][0]) if item["loc"] else "body",
            "code": item["type"],
            "detail": item["msg"],
        }
        for item in error.errors()
    ]
    detail = "; ".join(f"{field['pointer']}: {field['detail']}" for field in fields[:3])
    return problem(request, status=400, code="invalid_request", detail=detail, extra={"errors": fields})


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses itself: unknown path, wrong method, unreadable form."""
    if not isinstance(error, HTTPException):
        raise error
    code = HTTPStatus(error.status_code).name.lower()
    return problem(
        request, status=error.status_code, code=code, detail=str(error.detail), headers=dict(error.headers or {})
    )


async def on_fault(request: Request, error: Exception) -> JSONResponse:
    """Answer a fault of ours: 503 when it will pass, else 500 without detail; 400 for a NUL in somebody's text."""
    if is_unstorable_text(error):
        detail = "A text holds a character that cannot be stored (U+0000)."
        return problem(request, status=400, code="invalid_request", detail=detail)
    if is_transient(error):
        _log.warning("request_unavailable", path=request.url.path, error=repr(error))
        return problem(
            request,
            status=503,
            code="temporarily_unavailable",
            detail="A part of the platform does not answer right now; try again in a moment.",
            headers={"Retry-After": "5"},
        )
    _log.error("request_failed", path=request.url.path, exc_info=error)
    return problem(request, status=500, code="internal_error", detail="Something went wrong on our side.")


async def on_unexpected(request: Request, error: Exception) -> JSONResponse:
    """Answer what nobody foresaw; the framework sends this past our middleware, so the request's id is added here."""
    response = await on_fault(request, error)
    response.headers["X-Request-Id"] = getattr(request.state, "request_id", "")
    return response


async def on_disconnect(request: Request, error: Exception) -> JSONResponse:
    """Answer nobody: the client left in the middle of its request. That is no fault of ours and nothing to log."""
    _log.debug("client_left", path=request.url.path, error=repr(error))
    return problem(request, status=400, code="client_left", detail="The request ended before it was complete.")


def add_problem_handlers(app: FastAPI, *, base_url: str) -> None:
    """Make every error of `app` a problem."""
    app.state.base_url = base_url
    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(RequestValidationError, on_schema_error)
    app.add_exception_handler(HTTPException, on_http_error)
    for family in DATABASE_DOWN:
        app.add_exception_handler(family, on_fault)
    app.add_exception_handler(ClientDisconnect, on_disconnect)
    app.add_exception_handler(Exception, on_unexpected)
