"""Keeps the keys that sign tokens: the first one appears when it is needed, later ones by rotation."""

from dataclasses import dataclass

import structlog
from shared.clock import Clock

from identity.application.ports import SigningKeyMaker, StoredSigningKey, Tx, UnitOfWork
from identity.domain.signing_key import KeyState, RotationPlan, RotationPolicy, SigningKeyRecord, plan_rotation

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSigningKeys:
    """`force` is for a key that leaked: the next one signs at once, and what the old one signed is worth nothing."""

    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    activated: str | None
    retired: str | None
    published: str | None
    removed: tuple[str, ...]


async def load_signing_keys(*, uow: UnitOfWork, maker: SigningKeyMaker, clock: Clock) -> list[StoredSigningKey]:
    """Return the keys; when none signs yet, make one. Processes that start together end up with one key."""
    async with uow() as tx:
        keys = await tx.signing_keys.list_all()
    if any(key.state is KeyState.ACTIVE for key in keys):
        return keys
    made = await maker.make(state=KeyState.ACTIVE, now=clock.now())
    async with uow() as tx:
        await tx.signing_keys.lock()
        keys = await tx.signing_keys.list_all()
        if not any(key.state is KeyState.ACTIVE for key in keys):
            await tx.signing_keys.add(made)
            keys.append(made)
            _log.info("signing_key_made", kid=made.kid)
    return keys


async def rotate_signing_keys(
    cmd: RotateSigningKeys, *, uow: UnitOfWork, maker: SigningKeyMaker, policy: RotationPolicy, clock: Clock
) -> Rotated:
    """Do the next step of the rotation; running it too often does nothing."""
    await load_signing_keys(uow=uow, maker=maker, clock=clock)
    now = clock.now()
    spare = await maker.make(state=KeyState.PUBLISHED, now=now)
    async with uow() as tx:
        await tx.signing_keys.lock()
        records = [_record(key) for key in await tx.signing_keys.list_all()]
        if cmd.force and not any(key.state is KeyState.PUBLISHED for key in records):
            await tx.signing_keys.add(spare)
            records.append(_record(spare))
            plan = plan_rotation(records, now=now, policy=policy, force=True)
            plan = RotationPlan(activate=plan.activate, retire=plan.retire, remove=plan.remove)
        else:
            plan = plan_rotation(records, now=now, policy=policy, force=cmd.force)
        published = spare.kid if plan.publish_new else None
        if published:
            await tx.signing_keys.add(spare)
        await _carry_out(tx, plan, clock=clock)
    rotated = Rotated(activated=plan.activate, retired=plan.retire, published=published, removed=plan.remove)
    _log.info("signing_keys_rotated", activated=rotated.activated, retired=rotated.retired)
    return rotated


async def _carry_out(tx: Tx, plan: RotationPlan, *, clock: Clock) -> None:
    """Remove and retire before activating: at no moment are there two active keys."""
    now = clock.now()
    if plan.remove:
        await tx.signing_keys.remove(plan.remove)
    if plan.retire:
        await tx.signing_keys.set_state(plan.retire, KeyState.RETIRED, now=now)
    if plan.activate:
        await tx.signing_keys.set_state(plan.activate, KeyState.ACTIVE, now=now)


def _record(key: StoredSigningKey) -> SigningKeyRecord:
    return SigningKeyRecord(kid=key.kid, state=key.state, since=key.since)
