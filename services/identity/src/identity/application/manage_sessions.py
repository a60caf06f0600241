"""Shows people where they are logged in, and ends sessions: one's own, from anywhere.

The refresh tokens of an ended session stop working, and so do its access tokens in identity.
"""

from uuid import UUID

import structlog
from shared.clock import Clock

from identity.application.ports import UnitOfWork, Views
from identity.application.views import ActorView, SessionView
from identity.domain.errors import SessionUnknown

_log = structlog.get_logger(__name__)


async def list_sessions(actor: ActorView, *, views: Views, clock: Clock) -> list[SessionView]:
    """Return the caller's own sessions that have not ended, the last used first."""
    return await views.list_sessions(actor.user_id, now=clock.now())


async def end_session(actor: ActorView, session_id: UUID, *, uow: UnitOfWork, clock: Clock) -> None:
    """End one of the caller's own sessions; raises `SessionUnknown` for any other."""
    async with uow() as tx:
        if not await tx.sessions.end_of(actor.user_id, session_id, now=clock.now()):
            raise SessionUnknown
    _log.info("session_ended", session_id=str(session_id), user_id=str(actor.user_id))


async def end_other_sessions(actor: ActorView, kept: UUID, *, uow: UnitOfWork, clock: Clock) -> None:
    """End all sessions of the caller but one."""
    async with uow() as tx:
        await tx.sessions.end_others_of(actor.user_id, kept, now=clock.now())
    _log.info("other_sessions_ended", user_id=str(actor.user_id))
