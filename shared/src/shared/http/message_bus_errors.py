"""Errors of the message-bus API: its own model on every path of it, RFC 9457 problems everywhere else.

`code` is `API<status>`, sometimes with a suffix; `requestId` is 32 hex characters, `dateTime` has seven fractional
digits. A value that is refused (422 elsewhere) is a 400 there, because that is what existing integrations know.
"""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from shared.clock import utc_now
from shared.errors import DomainError

PREFIX = ("/api/v1/", "/api/v1-beta/")
_HEX = re.compile(r"[0-9a-f]{32}")
_SAFE_EXTRA = frozenset({"assertions", "id"})
Handler = Callable[[Request, Exception], Awaitable[Response]]


def error_body(request: Request, *, code: str, message: str, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "code": code,
        "message": message,
        "helpLink": f"{request.app.state.base_url}/problems/{code}",
        "requestId": _request_id(request),
        "dateTime": f"{utc_now():%Y-%m-%dT%H:%M:%S.%f}0+00:00",
        **(extra or {}),
    }


def path_of(request: Request) -> str:
    """Return the path that the request was sent to."""
    return request.url.path


def add_message_bus_errors(app: FastAPI, *, addressed: Callable[[Request], str] = path_of) -> None:
    """Answer errors on the message bus in its own model; call this after the problem handlers were added.

    `addressed` tells the path that the client called, where a request stands for another one.
    """
    for kind, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(kind, _switched(handler, addressed))


def _switched(elsewhere: Any, addressed: Callable[[Request], str]) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        if not addressed(request).startswith(PREFIX):
            response: Response = await elsewhere(request, error)
            return response
        plain: JSONResponse = await elsewhere(request, error)
        return _translate(request, error, plain)

    return answer


def _translate(request: Request, error: Exception, plain: JSONResponse) -> JSONResponse:
    """Say the same in the bus's words: status and headers are those of the problem."""
    status = plain.status_code
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        status = HTTPStatus.BAD_REQUEST
    code = str(getattr(error, "bus_code", f"API{int(status)}"))
    extra: dict[str, Any] = {}
    if isinstance(error, DomainError):
        extra = {name: value for name, value in error.extra.items() if name in _SAFE_EXTRA}
    kept = {name: plain.headers[name] for name in ("retry-after", "www-authenticate", "allow") if name in plain.headers}
    body = error_body(request, code=code, message=_message(error, plain), extra=extra)
    return JSONResponse(body, status_code=status, headers=kept)


def _message(error: Exception, plain: JSONResponse) -> str:
    if isinstance(error, DomainError):
        return error.detail
    if isinstance(error, HTTPException):
        return str(error.detail)
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        return f"{'/'.join(str(part) for part in first['loc'])}: {first['msg']}"
    detail: str = json.loads(bytes(plain.body))["detail"]
    return detail


def _request_id(request: Request) -> str:
    text = str(getattr(request.state, "request_id", "")).replace("-", "").lower()
    return text if _HEX.fullmatch(text) else hashlib.sha256(text.encode()).hexdigest()[:32]
