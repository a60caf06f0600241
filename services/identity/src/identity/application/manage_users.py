"""Lists an environment's users and changes their role, flags and access; administrators only."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from shared.clock import Clock

from identity.application.announce import announce_user_change
from identity.application.audit import record
from identity.application.ports import UnitOfWork, Views
from identity.application.views import ActorView, UserView
from identity.domain.audit import Action
from identity.domain.errors import LastAdministrator, UserNotFound
from identity.domain.permissions import Permission, require
from identity.domain.user import Status, UserChange

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUser:
    actor: ActorView
    user_id: UUID
    change: UserChange


async def list_users(actor: ActorView, after: UUID | None, limit: int, *, views: Views) -> list[UserView]:
    """Return the users of the caller's environment, one more than `limit` if there are more."""
    require(actor.role, Permission.MANAGE_USERS)
    return await views.list_users(actor.environment_id, after=after, limit=limit + 1)


async def change_user(cmd: ChangeUser, *, uow: UnitOfWork, views: Views, clock: Clock) -> UserView:
    """Change a user of the caller's environment; a blocked one loses all sessions at once."""
    require(cmd.actor.role, Permission.MANAGE_USERS)
    if cmd.change.role is not None or cmd.change.relationship_manager is not None:
        require(cmd.actor.role, Permission.ASSIGN_ROLES)
    environment_id, now = cmd.actor.environment_id, clock.now()
    async with uow() as tx:
        # One change at a time per environment: two administrators who demote each other leave one.
        await tx.environments.lock(environment_id)
        user = await tx.users.lock(cmd.user_id)
        if user is None or user.environment_id != environment_id or user.status is Status.REMOVED:
            raise UserNotFound
        changed_user, changed = user.change(cmd.change)
        if changed:
            loses_one = user.administers and not changed_user.administers
            if loses_one and await tx.users.count_administrators(environment_id) == 1:
                raise LastAdministrator
            await tx.users.save(changed_user)
            announce_user_change(tx, changed_user, changed=changed)
            if changed_user.status is Status.BLOCKED:
                await tx.sessions.end_all_of(user.id, now=now)
            details = {name: getattr(changed_user, name) for name in changed}
            await record(tx, cmd.actor, Action.USER_CHANGED, user.id, now=now, **details)
    if changed:
        _log.info("user_changed", user_id=str(cmd.user_id), by=str(cmd.actor.user_id), changed=list(changed))
    view = await views.find_user(cmd.user_id, environment_id=environment_id)
    if view is None:
        raise UserNotFound
    return view
