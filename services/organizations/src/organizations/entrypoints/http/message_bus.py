"""`GET /api/v1/me/party` of the message-bus API, with that API's own error model."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from shared.clock import utc_now
from shared.errors import DomainError
from shared.http.security import current_principal
from shared.ids import new_id

from . import views
from .dependencies import App, caller_of
from .schemas import BusError, Party

SCOPE = "ap"
router = APIRouter(tags=["message bus"])
_ERRORS: dict[int | str, dict[str, Any]] = {status: {"model": BusError} for status in (401, 403, 503)}


@router.get("/api/v1/me/party", operation_id="listMyParties", response_model=list[Party], responses=_ERRORS)
@router.get("/api/v1-beta/me/party", include_in_schema=False)
async def list_parties(request: Request, app: App) -> JSONResponse:
    """List the parties that the caller may exchange documents for; a connection key has exactly one."""
    try:
        principal = current_principal(request)
        principal.require(SCOPE)
        found = await app.list_parties(caller_of(principal))
    except DomainError as error:
        return bus_error(request, error)
    return JSONResponse([views.party(each).model_dump(mode="json") for each in found])


def bus_error(request: Request, error: DomainError) -> JSONResponse:
    """Answer in the error model of the message-bus API."""
    body = BusError(
        code=f"API{error.status}",
        message=error.detail,
        help_link=f"{request.app.state.base_url}/problems/{error.code}",
        request_id=new_id().hex,
        date_time=_seven_digits(utc_now()),
    )
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}  # noqa: PLR2004 - HTTP's own number
    return JSONResponse(body.model_dump(mode="json"), status_code=error.status, headers=headers)


def _seven_digits(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0+00:00"
