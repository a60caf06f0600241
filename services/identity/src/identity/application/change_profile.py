"""Lets people say who they are, how to reach them by phone, and in which language they are written to (R9.1)."""

from dataclasses import dataclass

import structlog
from shared.clock import Clock

from identity.application.announce import announce_user_change
from identity.application.audit import record
from identity.application.ports import UnitOfWork, Views
from identity.application.views import ActorView, ProfileView
from identity.domain.audit import Action
from identity.domain.errors import SessionEnded
from identity.domain.user import ProfileChange

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProfile:
    actor: ActorView
    change: ProfileChange


async def get_profile(actor: ActorView, *, views: Views) -> ProfileView:
    """Return the caller's own profile."""
    profile = await views.find_profile(actor.user_id)
    if profile is None:
        raise SessionEnded
    return profile


async def change_profile(cmd: ChangeProfile, *, uow: UnitOfWork, views: Views, clock: Clock) -> ProfileView:
    """Change the caller's own profile; the other services learn of names and language."""
    async with uow() as tx:
        user = await tx.users.lock(cmd.actor.user_id)
        if user is None or not user.is_active:
            raise SessionEnded
        described, changed = user.describe(cmd.change)
        if changed:
            await tx.users.save_profile(described)
            await record(tx, cmd.actor, Action.PROFILE_CHANGED, user.id, now=clock.now(), changed=list(changed))
        if described.version != user.version:
            announce_user_change(tx, described, changed=tuple(name for name in changed if name != "phone"))
    if changed:
        _log.info("profile_changed", user_id=str(user.id), changed=list(changed))
    return await get_profile(cmd.actor, views=views)
