"""Finds out, on every request, what the bearer of a valid token may do now: from the tables, never from the token."""

from dataclasses import dataclass, replace
from uuid import UUID

from identity.application.ports import Views
from identity.application.views import ActorView
from identity.domain.errors import AccountBlocked, SessionEnded
from identity.domain.session import session_of
from identity.domain.user import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyCaller:
    """The verified claims of a token; `connection_key` is None for a person's session. `client` asks."""

    user_id: UUID
    environment_id: UUID
    token_id: str
    connection_key: UUID | None
    client: str


async def identify_caller(query: IdentifyCaller, *, views: Views) -> ActorView:
    """Return the caller; raises `SessionEnded` or `AccountBlocked`."""
    session_id = None if query.connection_key else session_of(query.token_id)
    actor = await views.find_actor(
        query.user_id, query.environment_id, session_id=session_id, connection_key_id=query.connection_key
    )
    if actor is None:
        raise SessionEnded
    if actor.status is Status.BLOCKED:
        raise AccountBlocked
    if actor.status is not Status.ACTIVE or not actor.lives:
        raise SessionEnded
    return replace(actor, client=query.client)
