"""What routers ask for: the application, and the caller as identity's own tables know them now."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from shared.http.security import CurrentPrincipal

from identity.application.app import Application
from identity.application.identify_caller import IdentifyCaller
from identity.application.views import ActorView
from identity.domain.errors import PersonRequired
from identity.domain.scopes import MANAGE_KEYS, MANAGE_USERS, MESSAGE_BUS
from identity.domain.session import Origin

_MAX_ADDRESS, _MAX_DEVICE = 64, 200


def _application(request: Request) -> Application:
    application: Application = request.app.state.application
    return application


App = Annotated[Application, Depends(_application)]


def client_address(request: Request) -> str:
    """Return the network address of the caller: the gateway appends the one that it sees to `X-Forwarded-For`."""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return (forwarded or (request.client.host if request.client else "unknown"))[:_MAX_ADDRESS]


ClientAddress = Annotated[str, Depends(client_address)]


def _origin(request: Request, client: ClientAddress) -> Origin:
    """Return where the request comes from; what the caller's program says of itself is cut, and never trusted."""
    device = "".join(letter for letter in request.headers.get("user-agent", "") if letter.isprintable())
    return Origin(client=client, device=device[:_MAX_DEVICE])


RequestOrigin = Annotated[Origin, Depends(_origin)]


async def _caller(app: App, principal: CurrentPrincipal, client: ClientAddress) -> ActorView:
    return await app.sessions.identify_caller(
        IdentifyCaller(
            user_id=principal.subject,
            environment_id=principal.environment,
            token_id=principal.token_id,
            connection_key=principal.connection_key,
            client=client,
        )
    )


Caller = Annotated[ActorView, Depends(_caller)]


def _caller_with(scope: str) -> Callable[..., Awaitable[ActorView]]:
    async def caller(principal: CurrentPrincipal, actor: Caller) -> ActorView:
        principal.require(scope)
        return actor

    return caller


async def _person(principal: CurrentPrincipal, actor: Caller) -> ActorView:
    if principal.connection_key is not None:
        raise PersonRequired
    return actor


Person = Annotated[ActorView, Depends(_person)]
UserManager = Annotated[ActorView, Depends(_caller_with(MANAGE_USERS))]
KeyManager = Annotated[ActorView, Depends(_caller_with(MANAGE_KEYS))]
MessageBusCaller = Annotated[ActorView, Depends(_caller_with(MESSAGE_BUS))]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the problems (RFC 9457) that an operation answers with."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _MEANINGS[status], "content": content} for status in statuses}


_MEANINGS = {
    400: "The request cannot be read, or fails its schema",
    401: "No, expired or invalid credentials",
    403: "The role, the scope or the account does not allow it",
    404: "Unknown, or not yours to see",
    409: "The current state does not allow it",
    413: "The request is too large",
    422: "A value is refused",
    429: "Too many attempts; `Retry-After` says how long to wait",
    503: "A part of the platform does not answer right now",
}
