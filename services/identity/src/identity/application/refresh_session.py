"""Refreshes sessions. A refresh token that comes back a second time ends its whole family."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from shared.clock import Clock

from identity.application.access_tokens import AccessTokens
from identity.application.ports import Tx, UnitOfWork
from identity.application.views import TokenView
from identity.domain.errors import InvalidRefreshToken
from identity.domain.session import Origin, RefreshToken, Session, SessionPolicy, hash_token, new_token

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RefreshSession:
    refresh_token: str
    origin: Origin


async def refresh_session(
    cmd: RefreshSession, *, uow: UnitOfWork, tokens: AccessTokens, policy: SessionPolicy, clock: Clock
) -> TokenView:
    """Return new tokens in exchange for the session's newest refresh token."""
    now, refresh_token = clock.now(), new_token()
    async with uow() as tx:
        found = await tx.sessions.lock_by_token(hash_token(cmd.refresh_token))
        session = await _use(tx, *found, now=now) if found else None
        if session is not None:
            await tx.sessions.note_use(session, cmd.origin, now=now)
            await tx.sessions.add_token(
                RefreshToken(token_hash=hash_token(refresh_token), session_id=session.id, expires_at=now + policy.idle)
            )
    # Raised after the commit, so that ending a stolen session is not rolled back with the refusal.
    if session is None:
        raise InvalidRefreshToken
    return await tokens.for_session(session, lifetime=policy.access, refresh_token=refresh_token)


async def _use(tx: Tx, session: Session, token: RefreshToken, *, now: datetime) -> Session | None:
    """Use the token up and return its session, or None when either has ended."""
    if not session.is_live(now):
        return None
    if token.used_at is not None:
        await tx.sessions.end(session.id, now=now)
        _log.warning("refresh_token_reused", session_id=str(session.id), user_id=str(session.user_id))
        return None
    if now >= token.expires_at:
        return None
    user = await tx.users.lock(session.user_id)
    if user is None or not user.is_active:
        await tx.sessions.end(session.id, now=now)
        return None
    await tx.sessions.mark_token_used(token, now=now)
    return session
