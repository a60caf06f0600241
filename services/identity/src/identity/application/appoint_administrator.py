"""Makes a user administrator by hand, where an environment has lost its last one (R3.9).

Whether the person is who they say (a known address, an extract of the register) is checked before; the reason says how.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from shared.clock import Clock

from identity.application.announce import announce_user_change
from identity.application.audit import record
from identity.application.ports import UnitOfWork
from identity.application.views import ActorView
from identity.domain.audit import Action
from identity.domain.errors import UserNotFound
from identity.domain.permissions import Permission, Role, require
from identity.domain.user import Status, UserChange

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointAdministrator:
    actor: ActorView
    user_id: UUID
    reason: str


async def appoint_administrator(cmd: AppointAdministrator, *, uow: UnitOfWork, clock: Clock) -> None:
    """Give the user the role, and unblock them; raises `UserNotFound` for who cannot have it."""
    require(cmd.actor.role, Permission.OPERATE_PLATFORM)
    async with uow() as tx:
        user = await tx.users.lock(cmd.user_id)
        if user is None or user.status not in {Status.ACTIVE, Status.BLOCKED} or user.role is Role.OPERATOR:
            raise UserNotFound
        appointed, changed = user.change(UserChange(role=Role.ADMINISTRATOR, blocked=False))
        if not changed:
            return
        await tx.users.save(appointed)
        announce_user_change(tx, appointed, changed=changed)
        await record(
            tx,
            cmd.actor,
            Action.ADMINISTRATOR_APPOINTED,
            user.id,
            environment_id=user.environment_id,
            reason=cmd.reason,
            now=clock.now(),
        )
    _log.info("administrator_appointed", user_id=str(cmd.user_id), by=str(cmd.actor.user_id))
