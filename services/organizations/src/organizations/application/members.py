"""Members of an organization: add, change level, remove. Its administrators decide, only while it is active (R2.1).

Everything holds the organization's row, so that two administrators who remove each other leave one (R2.8).
"""

from dataclasses import dataclass
from uuid import UUID

from shared.clock import Clock
from shared.contracts.organizations import MemberAdded, MemberChanged, MemberRemoved

from organizations.domain.errors import LastAdministrator, MemberNotFound, UnknownUser, UserBlocked
from organizations.domain.membership import Level, Membership
from organizations.domain.organization import Organization

from .announcing import announce_membership
from .ports import Tx, UnitOfWork, Views
from .rights import Caller, Rights, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMember:
    caller: Caller
    organization_id: UUID
    user_id: UUID
    level: Level = Level.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMember:
    caller: Caller
    organization_id: UUID
    user_id: UUID
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMember:
    caller: Caller
    organization_id: UUID
    user_id: UUID


async def add_member(cmd: AddMember, *, views: Views, uow: UnitOfWork, clock: Clock) -> bool:
    """Make a user of the caller's environment a member; return False when they were one already (R2.9)."""
    rights = await _administrator(cmd.caller, cmd.organization_id, views)
    async with uow() as tx:
        organization = await _active(cmd.organization_id, tx)
        await _require_eligible(cmd.user_id, rights, tx)
        known = await tx.memberships.find(organization.id, cmd.user_id)
        if known is not None and known.is_active:
            return False
        if known is None:
            membership = _first_time(cmd, organization, clock)
            await tx.memberships.add(membership)
        else:
            membership = known.resume(cmd.level)
            await tx.memberships.save(membership)
        announce_membership(tx, membership, MemberAdded)
    return True


async def change_member(cmd: ChangeMember, *, views: Views, uow: UnitOfWork) -> None:
    """Give a member another level; the last administrator stays one."""
    await _administrator(cmd.caller, cmd.organization_id, views)
    async with uow() as tx:
        await _active(cmd.organization_id, tx)
        membership = await _member(cmd.organization_id, cmd.user_id, tx)
        if membership.level is cmd.level:
            return
        if cmd.level is not Level.ADMINISTRATOR:
            await _require_another_administrator(membership, tx)
        changed = membership.at_level(cmd.level)
        await tx.memberships.save(changed)
        announce_membership(tx, changed, MemberChanged)


async def remove_member(cmd: RemoveMember, *, views: Views, uow: UnitOfWork) -> None:
    """End a membership; the last administrator cannot be removed."""
    await _administrator(cmd.caller, cmd.organization_id, views)
    async with uow() as tx:
        await _active(cmd.organization_id, tx)
        membership = await _member(cmd.organization_id, cmd.user_id, tx)
        if membership.level is Level.ADMINISTRATOR:
            await _require_another_administrator(membership, tx)
        removed = membership.removed()
        await tx.memberships.save(removed)
        announce_membership(tx, removed, MemberRemoved)


async def drop_memberships(user_id: UUID, tx: Tx) -> None:
    """End every membership of a user who left the environment, also of a last administrator."""
    for membership in await tx.memberships.lock_of_user(user_id):
        removed = membership.removed()
        await tx.memberships.save(removed)
        announce_membership(tx, removed, MemberRemoved)


async def _administrator(caller: Caller, organization_id: UUID, views: Views) -> Rights:
    rights = await resolve(caller, views=views, organization_id=organization_id)
    rights.require_organization_administrator()
    return rights


async def _active(organization_id: UUID, tx: Tx) -> Organization:
    organization = await tx.organizations.lock(organization_id)
    organization.require_active()
    return organization


async def _require_eligible(user_id: UUID, rights: Rights, tx: Tx) -> None:
    """Raise unless the user belongs to the caller's environment; users elsewhere are not told from nobody."""
    user = await tx.directory.lock_user(user_id)
    if user is None or user.environment_id != rights.home_environment_id or user.status == "removed":
        raise UnknownUser
    if user.status == "blocked":
        raise UserBlocked


async def _member(organization_id: UUID, user_id: UUID, tx: Tx) -> Membership:
    membership = await tx.memberships.find(organization_id, user_id)
    if membership is None or not membership.is_active:
        raise MemberNotFound
    return membership


async def _require_another_administrator(membership: Membership, tx: Tx) -> None:
    others = await tx.memberships.count_other_administrators(membership.organization_id, membership.user_id)
    if not others:
        raise LastAdministrator


def _first_time(cmd: AddMember, organization: Organization, clock: Clock) -> Membership:
    return Membership.start(
        organization_id=organization.id,
        environment_id=organization.environment_id,
        user_id=cmd.user_id,
        level=cmd.level,
        now=clock.now(),
    )
