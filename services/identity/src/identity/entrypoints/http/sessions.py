"""Sessions of people: log in, refresh, see where one is logged in, log out here or anywhere."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from identity.application.refresh_session import RefreshSession
from identity.application.start_session import StartSession
from identity.application.views import ActorView, TokenView
from identity.domain.errors import PersonRequired
from identity.entrypoints.http.dependencies import App, Person, RequestOrigin, problems
from identity.entrypoints.http.schemas import OpenSession, RefreshRequest, SessionList, SessionRequest, SessionResponse

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
async def start_session(body: SessionRequest, app: App, origin: RequestOrigin, response: Response) -> SessionResponse:
    """Log in with address and password, and the authenticator's code where the account has one."""
    cmd = StartSession(email=body.email, password=body.password, totp=body.totp, origin=origin)
    return _answer(await app.sessions.start(cmd), response)


@router.post("/refresh", operation_id="refreshSession", openapi_extra=_WITHOUT_TOKEN, responses=problems(400, 401))
async def refresh_session(body: RefreshRequest, app: App, origin: RequestOrigin, response: Response) -> SessionResponse:
    """Exchange the newest refresh token for a new pair; using one twice ends the session."""
    cmd = RefreshSession(refresh_token=body.refresh_token, origin=origin)
    return _answer(await app.sessions.refresh(cmd), response)


@router.get("", operation_id="listSessions", responses=problems(401, 403))
async def list_sessions(app: App, actor: Person) -> SessionList:
    """Return where the caller is logged in, the last used first."""
    found = await app.sessions.list_own(actor)
    return SessionList(
        items=[OpenSession(**asdict(session), current=session.id == actor.session_id) for session in found]
    )


@router.delete("/current", status_code=204, operation_id="endSession", responses=problems(401, 403, 404))
async def end_session(app: App, actor: Person) -> None:
    """Log out."""
    await app.sessions.end(actor, _session_of(actor))


@router.delete("/others", status_code=204, operation_id="endOtherSessions", responses=problems(401, 403))
async def end_other_sessions(app: App, actor: Person) -> None:
    """Log out everywhere else."""
    await app.sessions.end_others(actor, _session_of(actor))


@router.delete("/{session_id}", status_code=204, operation_id="endOneSession", responses=problems(400, 401, 403, 404))
async def end_one_session(session_id: UUID, app: App, actor: Person) -> None:
    """Log out somewhere else."""
    await app.sessions.end(actor, session_id)


def _session_of(actor: ActorView) -> UUID:
    if actor.session_id is None:
        raise PersonRequired
    return actor.session_id
