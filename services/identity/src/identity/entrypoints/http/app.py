"""Identity's HTTP side: its routers on the kit's application, with a small limit on what a request may weigh."""

from typing import Any

from fastapi import FastAPI, Request, Response
from shared.http.app import HttpKit, create_app
from shared.http.middleware import RequestTooLarge
from shared.http.problems import on_domain_error, problem
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from identity.application.app import Application
from identity.domain.errors import TooManyAttempts
from identity.entrypoints.http import connection_keys, oauth, registrations, sessions, users, wellknown

MAX_BODY = 64 * 1024
DESCRIPTION = """
Environments, users, sessions and connection keys.

People log in with `POST /identity/v1/sessions`; software with a connection key gets tokens at `POST /connect/token`.
A token says who acts; what they may do is looked up on every request.
"""


class BodyLimit:
    """Refuses requests that are larger than anything identity is ever sent, before they are read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        declared = request.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > MAX_BODY:
            error = RequestTooLarge(f"A request here has at most {MAX_BODY:,} bytes.")
            response = problem(request, status=error.status, code=error.code, detail=error.detail)
            await response(scope, receive, send)
            return
        seen = 0

        async def receive_limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MAX_BODY:
                raise RequestTooLarge
            return message

        await self._app(scope, receive_limited, send)


async def _on_too_many_attempts(request: Request, error: Exception) -> Response:
    response = await on_domain_error(request, error)
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.extra["retry_after_seconds"])
    return response


def create_http(application: Application, kit: HttpKit) -> FastAPI:
    """Return identity's ASGI application."""
    app = create_app(
        kit,
        title="Koerier identity",
        description=DESCRIPTION,
        routers=[
            registrations.router,
            sessions.router,
            users.router,
            connection_keys.router,
            oauth.router,
            wellknown.router,
        ],
        state={"application": application},
    )
    app.add_exception_handler(TooManyAttempts, _on_too_many_attempts)
    app.add_middleware(BodyLimit)
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    """Add to the OpenAPI document what the routes cannot say: the problem document and how callers authenticate."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            components = document.setdefault("components", {})
            components.setdefault("schemas", {})["Problem"] = _PROBLEM
            components["securitySchemes"] = _SECURITY
            for path in document["paths"].values():
                for operation in path.values():
                    if "401" in operation["responses"] and "security" not in operation:
                        operation["security"] = [{"bearer": []}]
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "requestId": {"type": ["string", "null"]},
        "traceId": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
_SECURITY = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT or connection key"}}
