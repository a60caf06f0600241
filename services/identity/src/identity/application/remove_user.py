"""Removes a user from their environment: what they could reach ends at once, what they did remains.

Sessions and keys end here; the memberships of organizations end there, on the announcement (R4.7). The address is free
again; names and addresses are erased, since from now on the id alone tells who it was.
"""

import structlog
from shared.clock import Clock

from identity.application.add_user import OneUser
from identity.application.announce import announce_removed, announce_revoked
from identity.application.audit import record
from identity.application.ports import UnitOfWork
from identity.domain.audit import Action
from identity.domain.errors import LastAdministrator, UserNotFound
from identity.domain.permissions import Permission, require
from identity.domain.user import Status

_log = structlog.get_logger(__name__)


async def remove_user(cmd: OneUser, *, uow: UnitOfWork, clock: Clock) -> None:
    """Remove the user; raises `UserNotFound`, `LastAdministrator`."""
    require(cmd.actor.role, Permission.MANAGE_USERS)
    now = clock.now()
    async with uow() as tx:
        # One change at a time per environment: two administrators who remove each other leave one.
        await tx.environments.lock(cmd.actor.environment_id)
        user = await tx.users.lock(cmd.user_id)
        if user is None or user.environment_id != cmd.actor.environment_id or user.status is Status.REMOVED:
            raise UserNotFound
        if user.administers and await tx.users.count_administrators(user.environment_id) == 1:
            raise LastAdministrator
        removed = user.remove()
        await tx.users.erase(removed)
        await tx.sessions.end_all_of(user.id, now=now)
        for key in await tx.connection_keys.lock_active_of(user.id):
            revoked = key.revoke(now=now)
            await tx.connection_keys.save(revoked)
            announce_revoked(tx, revoked)
        announce_removed(tx, removed)
        await record(tx, cmd.actor, Action.USER_REMOVED, user.id, now=now)
    _log.info("user_removed", user_id=str(cmd.user_id), by=str(cmd.actor.user_id))
