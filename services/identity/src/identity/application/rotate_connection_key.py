"""Replaces a connection key: at once, or with an overlap in which both work, so that software can be changed calmly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from shared.clock import Clock

from identity.application.announce import announce_issued, announce_rotated
from identity.application.audit import record
from identity.application.manage_connection_keys import (
    OneConnectionKey,
    check_organization,
    check_scopes,
    issued,
    lock_key,
)
from identity.application.ports import Tx, UnitOfWork
from identity.application.views import ActorView, IssuedKeyView
from identity.domain.audit import Action
from identity.domain.connection_key import ConnectionKey, KeyOrder
from identity.domain.permissions import Permission, require

_log = structlog.get_logger(__name__)
END_REPLACED_KEY = "end_replaced_key"
NO_OVERLAP = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateConnectionKey:
    """`overlap` is how long the old key goes on working; `caller_scopes` bound the new one as any new key."""

    actor: ActorView
    caller_scopes: frozenset[str]
    key_id: UUID
    overlap: timedelta = NO_OVERLAP


async def rotate_connection_key(cmd: RotateConnectionKey, *, uow: UnitOfWork, clock: Clock) -> IssuedKeyView:
    """Return a new key in place of an active one, which without an overlap stops working with the same commit."""
    require(cmd.actor.role, Permission.MANAGE_CONNECTION_KEYS)
    now = clock.now()
    async with uow() as tx:
        old = await lock_key(tx, OneConnectionKey(actor=cmd.actor, key_id=cmd.key_id))
        check_scopes(old.scopes, cmd.caller_scopes)
        order = _like(old, cmd.actor)
        await check_organization(tx, order)
        new, text = ConnectionKey.issue(order, now=now)
        replaced = old.replace_by(new.id, ends_at=now + cmd.overlap)
        await tx.connection_keys.add(new)
        announce_issued(tx, new)
        if cmd.overlap:
            await tx.connection_keys.save(replaced)
            payload = {"key_id": str(old.id), "environment_id": str(old.environment_id)}
            tx.enqueue(END_REPLACED_KEY, payload, delay=cmd.overlap)
        else:
            await _end(tx, replaced.revoke(now=now), replaced_by=new.id)
        overlap_hours = cmd.overlap // timedelta(hours=1)
        await record(
            tx, cmd.actor, Action.KEY_ROTATED, old.id, now=now, replaced_by=str(new.id), overlap_hours=overlap_hours
        )
    _log.info("connection_key_rotated", connection_key_id=str(old.id), replaced_by=str(new.id))
    return issued(new, text)


async def end_replaced_key(payload: Mapping[str, Any], *, uow: UnitOfWork, clock: Clock) -> None:
    """Revoke a key whose overlap is over; one that was revoked or deleted before stays as it is."""
    key_id, environment_id = UUID(payload["key_id"]), UUID(payload["environment_id"])
    async with uow() as tx:
        key = await tx.connection_keys.lock(key_id, environment_id=environment_id)
        if key is None or not key.is_active or key.replaced_by is None:
            return
        await _end(tx, key.revoke(now=clock.now()), replaced_by=key.replaced_by)
    _log.info("replaced_connection_key_ended", connection_key_id=str(key_id))


async def _end(tx: Tx, revoked: ConnectionKey, *, replaced_by: UUID) -> None:
    await tx.connection_keys.save(revoked)
    announce_rotated(tx, revoked, replaced_by=replaced_by)


def _like(old: ConnectionKey, actor: ActorView) -> KeyOrder:
    """Order a key for the same, with the rights of who orders it."""
    return KeyOrder(
        environment_id=old.environment_id,
        organization_id=old.organization_id,
        created_by=actor.user_id,
        label=old.label,
        scopes=old.scopes,
        mode=old.mode,
    )
