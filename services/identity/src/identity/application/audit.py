"""Adds to the audit log, in the transaction of what it tells of. Details are JSON values."""

from datetime import datetime
from uuid import UUID

from shared.ids import new_id

from identity.application.ports import Tx
from identity.application.views import ActorView
from identity.domain.audit import Action, AuditEntry
from identity.domain.user import User


async def record(
    tx: Tx, actor: ActorView, action: Action, subject_id: UUID, *, now: datetime, **details: object
) -> None:
    """Add that the actor did this to the subject, in the actor's environment."""
    await tx.audit.add(
        AuditEntry(
            id=new_id(),
            environment_id=actor.environment_id,
            at=now,
            actor_id=actor.user_id,
            action=action,
            subject_id=subject_id,
            client=actor.client,
            details=details,
        )
    )


async def record_own(tx: Tx, user: User, action: Action, *, client: str, now: datetime, **details: object) -> None:
    """Add that the user did this themselves, without a session."""
    await tx.audit.add(
        AuditEntry(
            id=new_id(),
            environment_id=user.environment_id,
            at=now,
            actor_id=user.id,
            action=action,
            subject_id=user.id,
            client=client,
            details=details,
        )
    )


async def record_operation(
    tx: Tx,
    actor: ActorView,
    action: Action,
    subject_id: UUID,
    *,
    environment_id: UUID,
    reason: str,
    now: datetime,
    **details: object,
) -> None:
    """Add that an operator did this, to the log of the environment that it concerns."""
    await tx.audit.add(
        AuditEntry(
            id=new_id(),
            environment_id=environment_id,
            at=now,
            actor_id=actor.user_id,
            action=action,
            subject_id=subject_id,
            client=actor.client,
            reason=reason,
            details=details,
        )
    )
