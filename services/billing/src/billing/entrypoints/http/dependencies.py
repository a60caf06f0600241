"""What routers ask for: the application, and the caller with the scope that the route needs."""

from typing import Annotated

from fastapi import Depends, Request
from shared.http.security import CurrentPrincipal, Principal

from billing.application.app import Application
from billing.domain.rights import Caller

READ_SCOPE = "billing:read"
CHANGE_SCOPE = "billing:topup"


def current_application(request: Request) -> Application:
    application: Application = request.app.state.application
    return application


def reading_caller(principal: CurrentPrincipal) -> Caller:
    principal.require(READ_SCOPE)
    return _caller(principal)


def changing_caller(principal: CurrentPrincipal) -> Caller:
    principal.require(CHANGE_SCOPE)
    return _caller(principal)


def _caller(principal: Principal) -> Caller:
    return Caller(
        environment_id=principal.environment,
        user_id=principal.subject,
        connection_key_id=principal.connection_key,
    )


App = Annotated[Application, Depends(current_application)]
Reader = Annotated[Caller, Depends(reading_caller)]
Changer = Annotated[Caller, Depends(changing_caller)]
