"""`GET /api/v1/me/party` of the message-bus API; its errors are in that API's own model (`create_http`)."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from organizations.application.rights import Caller

from . import views
from .dependencies import App, with_scope
from .schemas import BusError, Party

router = APIRouter(tags=["message bus"])
BusUser = Annotated[Caller, Depends(with_scope("ap"))]
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": BusError, "description": text}
    for status, text in ((401, "No valid access token"), (403, "No right to do this"), (503, "Try again in a moment"))
}


@router.get("/api/v1/me/party", operation_id="listMyParties", responses=_ERRORS)
@router.get("/api/v1-beta/me/party", include_in_schema=False)
async def list_parties(app: App, caller: BusUser) -> Sequence[Party]:
    """List the parties that the caller may exchange documents for; a connection key has exactly one."""
    return [views.party(each) for each in await app.list_parties(caller)]
