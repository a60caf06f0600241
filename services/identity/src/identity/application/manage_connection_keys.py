"""Issues, revokes and deletes connection keys; administrators only.

A key is issued for an active organization of which the administrator is a member, and acts with their rights from then
on. Its text leaves this module once.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from shared.clock import Clock
from shared.errors import DomainError

from identity.application.announce import announce_issued, announce_revoked
from identity.application.audit import record
from identity.application.ports import Tx, UnitOfWork, Views
from identity.application.views import ActorView, ConnectionKeyView, IssuedKeyView
from identity.domain.audit import Action
from identity.domain.connection_key import ConnectionKey, KeyOrder, KeyText
from identity.domain.errors import (
    ConnectionKeyNotFound,
    OrganizationNotActive,
    OrganizationNotFound,
    UnknownScope,
)
from identity.domain.permissions import Permission, require
from identity.domain.scopes import for_new_key

_log = structlog.get_logger(__name__)
_LOOK_AGAIN = timedelta(milliseconds=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueConnectionKey:
    """`caller_scopes` bound what the new key may do: nobody hands out more than they have."""

    actor: ActorView
    caller_scopes: frozenset[str]
    organization_id: UUID
    label: str
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneConnectionKey:
    """Names a key of the caller's environment, to read, revoke or delete it."""

    actor: ActorView
    key_id: UUID


async def issue_connection_key(
    cmd: IssueConnectionKey, *, uow: UnitOfWork, clock: Clock, patience: timedelta
) -> IssuedKeyView:
    """Return a new key. An organization that identity does not know as active yet is looked up again for `patience`."""
    require(cmd.actor.role, Permission.MANAGE_CONNECTION_KEYS)
    scopes = for_new_key(cmd.scopes)
    check_scopes(scopes, cmd.caller_scopes)
    if cmd.actor.only_organization not in {None, cmd.organization_id}:
        raise OrganizationNotFound
    order = KeyOrder(
        environment_id=cmd.actor.environment_id,
        organization_id=cmd.organization_id,
        created_by=cmd.actor.user_id,
        label=cmd.label,
        scopes=scopes,
        mode=cmd.actor.mode,
    )
    await _wait_until_usable(order, uow=uow, patience=patience)
    now = clock.now()
    async with uow() as tx:
        await check_organization(tx, order)
        key, text = ConnectionKey.issue(order, now=now)
        await tx.connection_keys.add(key)
        announce_issued(tx, key)
        await record(
            tx,
            cmd.actor,
            Action.KEY_ISSUED,
            key.id,
            now=now,
            organization_id=str(key.organization_id),
            scopes=list(key.scopes),
        )
    _log.info("connection_key_issued", connection_key_id=str(key.id), organization_id=str(key.organization_id))
    return issued(key, text)


async def revoke_connection_key(
    cmd: OneConnectionKey, *, uow: UnitOfWork, views: Views, clock: Clock
) -> ConnectionKeyView:
    """Revoke the key; one that is revoked already stays as it is."""
    require(cmd.actor.role, Permission.MANAGE_CONNECTION_KEYS)
    now = clock.now()
    async with uow() as tx:
        key = await lock_key(tx, cmd)
        if key.is_active:
            revoked = key.revoke(now=now)
            await tx.connection_keys.save(revoked)
            announce_revoked(tx, revoked)
            await record(tx, cmd.actor, Action.KEY_REVOKED, key.id, now=now)
    _log.info("connection_key_revoked", connection_key_id=str(cmd.key_id), by=str(cmd.actor.user_id))
    return await get_connection_key(cmd, views=views)


async def delete_connection_key(cmd: OneConnectionKey, *, uow: UnitOfWork, clock: Clock) -> None:
    """Take a revoked key out of sight; raises `ConnectionKeyStillActive` for an active one."""
    require(cmd.actor.role, Permission.MANAGE_CONNECTION_KEYS)
    async with uow() as tx:
        key = await lock_key(tx, cmd)
        deleted = key.delete()
        await tx.connection_keys.save(deleted)
        announce_revoked(tx, deleted)
        await record(tx, cmd.actor, Action.KEY_DELETED, key.id, now=clock.now())


async def get_connection_key(query: OneConnectionKey, *, views: Views) -> ConnectionKeyView:
    require(query.actor.role, Permission.MANAGE_CONNECTION_KEYS)
    view = await views.find_connection_key(query.key_id, environment_id=query.actor.environment_id)
    if view is None or query.actor.only_organization not in {None, view.organization_id}:
        raise ConnectionKeyNotFound
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConnectionKeys:
    actor: ActorView
    organization_id: UUID | None
    after: UUID | None
    limit: int


async def list_connection_keys(query: ListConnectionKeys, *, views: Views) -> list[ConnectionKeyView]:
    """Return the environment's keys, one more than `limit` if there are more."""
    require(query.actor.role, Permission.MANAGE_CONNECTION_KEYS)
    return await views.list_connection_keys(
        query.actor.environment_id,
        organization_id=query.actor.only_organization or query.organization_id,
        after=query.after,
        limit=query.limit + 1,
    )


async def lock_key(tx: Tx, cmd: OneConnectionKey) -> ConnectionKey:
    """Return the key, locked; raises `ConnectionKeyNotFound`."""
    key = await tx.connection_keys.lock(cmd.key_id, environment_id=cmd.actor.environment_id)
    if key is None or cmd.actor.only_organization not in {None, key.organization_id}:
        raise ConnectionKeyNotFound
    return key


def check_scopes(scopes: Iterable[str], caller_scopes: frozenset[str]) -> None:
    """Raise `UnknownScope` for what the caller does not have: nobody hands out more than they have."""
    if not set(scopes) <= caller_scopes:
        raise UnknownScope("A connection key cannot have a scope that its creator does not use.")


async def check_organization(tx: Tx, order: KeyOrder) -> None:
    """Raise unless the organization is the creator's and active; who is no member does not learn that it exists."""
    organization = await tx.organizations.find(order.organization_id)
    if organization is None or not await tx.organizations.is_member(order.created_by, organization.id):
        raise OrganizationNotFound
    if organization.environment_id != order.environment_id or organization.mode != order.mode:
        raise OrganizationNotFound
    if not organization.is_active:
        raise OrganizationNotActive


async def _wait_until_usable(order: KeyOrder, *, uow: UnitOfWork, patience: timedelta) -> None:
    """Give a fact that was announced a moment ago the time to arrive here."""
    looks = int(patience / _LOOK_AGAIN)
    for _ in range(looks):
        try:
            async with uow() as tx:
                await check_organization(tx, order)
        except DomainError:
            await asyncio.sleep(_LOOK_AGAIN.total_seconds())
        else:
            return


def issued(key: ConnectionKey, text: KeyText) -> IssuedKeyView:
    return IssuedKeyView(
        id=key.id,
        client_id=text.client_id,
        client_secret=text.secret,
        key=str(text),
        organization_id=key.organization_id,
        label=key.label,
        scopes=key.scopes,
        mode=key.mode,
        status=key.status,
        created_at=key.created_at,
    )
