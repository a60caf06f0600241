"""What routers ask for: the application, and the caller once the token carries the scope that the route needs."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from shared.http.security import CurrentPrincipal, Principal

from organizations.application.app import Application
from organizations.application.rights import Caller


def _application(request: Request) -> Application:
    application: Application = request.app.state.application
    return application


def _caller_of(principal: Principal) -> Caller:
    return Caller(user_id=principal.subject, environment_id=principal.environment, key_id=principal.connection_key)


def with_scope(scope: str) -> Callable[[Principal], Caller]:
    """Return the dependency that gives the caller of a token with `scope`."""

    def caller(principal: CurrentPrincipal) -> Caller:
        principal.require(scope)
        return _caller_of(principal)

    return caller


App = Annotated[Application, Depends(_application)]
Reader = Annotated[Caller, Depends(with_scope("organizations:read"))]
Manager = Annotated[Caller, Depends(with_scope("organizations:manage"))]
Activator = Annotated[Caller, Depends(with_scope("organizations:activate"))]
Receiver = Annotated[Caller, Depends(with_scope("receive:manage"))]
