"""Adds to the audit log, in the transaction of what it tells of. Details are JSON values."""

from datetime import datetime
from uuid import UUID

from shared.ids import new_id

from identity.application.ports import Tx
from identity.application.views import ActorView
from identity.domain.audit import Action, AuditEntry
from identity.domain.user import User


async def record(
    tx: Tx,
    actor: ActorView,
    action: Action,
    subject_id: UUID,
    *,
    now: datetime,
    environment_id: UUID | None = None,
    reason: str | None = None,
    **details: object,
) -> None:
    """Add that the actor did this to the subject; operators name the environment that it concerns, and the reason."""
    entry = AuditEntry(
        id=new_id(),
        environment_id=environment_id or actor.environment_id,
        at=now,
        actor_id=actor.user_id,
        action=action,
        subject_id=subject_id,
        client=actor.client,
        reason=reason,
        details=details,
    )
    await tx.audit.add(entry)


async def record_own(tx: Tx, user: User, action: Action, *, client: str, now: datetime, **details: object) -> None:
    """Add that the user did this themselves, without a session."""
    entry = AuditEntry(
        id=new_id(),
        environment_id=user.environment_id,
        at=now,
        actor_id=user.id,
        action=action,
        subject_id=user.id,
        client=client,
        details=details,
    )
    await tx.audit.add(entry)
