"""Sessions of people: log in, refresh, log out."""

from typing import Any

from fastapi import APIRouter, Response

from identity.application.refresh_session import RefreshSession
from identity.application.start_session import StartSession
from identity.application.views import TokenView
from identity.entrypoints.http.dependencies import App, ClientAddress, Person, problems
from identity.entrypoints.http.schemas import RefreshRequest, SessionRequest, SessionResponse

router = APIRouter(prefix="/identity/v1/sessions", tags=["sessions"])
_WITHOUT_TOKEN: dict[str, Any] = {"security": []}


def _answer(view: TokenView, response: Response) -> SessionResponse:
    response.headers["Cache-Control"] = "no-store"
    return SessionResponse(
        access_token=view.access_token,
        expires_in=view.expires_in,
        refresh_token=view.refresh_token,
        scope=view.scope,
    )


@router.post(
    "",
    status_code=201,
    operation_id="startSession",
    openapi_extra=_WITHOUT_TOKEN,
    responses=problems(400, 401, 403, 429, 503),
)
async def start_session(body: SessionRequest, app: App, client: ClientAddress, response: Response) -> SessionResponse:
    """Log in with address and password, and the authenticator's code where the account has one."""
    cmd = StartSession(email=body.email, password=body.password, totp=body.totp, client=client)
    return _answer(await app.sessions.start(cmd), response)


@router.post("/refresh", operation_id="refreshSession", openapi_extra=_WITHOUT_TOKEN, responses=problems(400, 401))
async def refresh_session(body: RefreshRequest, app: App, response: Response) -> SessionResponse:
    """Exchange the newest refresh token for a new pair; using one twice ends the session."""
    return _answer(await app.sessions.refresh(RefreshSession(refresh_token=body.refresh_token)), response)


@router.delete("/current", status_code=204, operation_id="endSession", responses=problems(401, 403))
async def end_session(app: App, actor: Person) -> None:
    """Log out."""
    if actor.session_id is not None:
        await app.sessions.end(actor.session_id)
