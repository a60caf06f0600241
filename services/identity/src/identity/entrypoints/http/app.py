"""Identity's HTTP side: its routers on the kit's application, with a small limit on what a request may weigh."""

from fastapi import FastAPI, Request, Response
from shared.http.app import HttpKit, create_app
from shared.http.message_bus_errors import add_message_bus_errors, path_of
from shared.http.middleware import RequestTooLarge
from shared.http.problems import on_domain_error, problem
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from identity.application.app import Application
from identity.domain.errors import TooManyAttempts
from identity.domain.picture import MAX_BYTES
from identity.entrypoints.http import (
    addresses,
    audit,
    connection_keys,
    environment,
    oauth,
    operator,
    password_resets,
    pictures,
    problem_pages,
    registrations,
    second_factor,
    sessions,
    users,
    wellknown,
)

MAX_BODY = 64 * 1024
EXCHANGE = "/identity/v1/key-exchange"
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
        limit = MAX_BYTES if scope["path"] == pictures.PATH else MAX_BODY
        declared = request.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > limit:
            error = RequestTooLarge(f"A request here has at most {limit:,} bytes.")
            response = problem(request, status=error.status, code=error.code, detail=error.detail)
            await response(scope, receive, send)
            return
        seen = 0

        async def receive_limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise RequestTooLarge
            return message

        await self._app(scope, receive_limited, send)


def _addressed(request: Request) -> str:
    """Return the path that the client called: the gateway has keys exchanged on behalf of another request."""
    path = path_of(request)
    return request.headers.get("x-forwarded-uri", path) if path == EXCHANGE else path


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
            password_resets.router,
            addresses.router,
            second_factor.router,
            users.router,
            pictures.router,
            environment.router,
            connection_keys.router,
            audit.router,
            operator.router,
            oauth.router,
            wellknown.router,
            problem_pages.router,
        ],
        state={"application": application},
    )
    app.add_exception_handler(TooManyAttempts, _on_too_many_attempts)
    add_message_bus_errors(app, addressed=_addressed)
    app.add_middleware(BodyLimit)
    return app
