"""Lets users of an environment have addresses of a domain; from then on nobody joins it by their domain any more.

An operator's act, for good: there is no way back, because nobody could tell anymore whose an address would be (R3.4,
R6.7). A domain that leads to another environment needs the consent of that one's administrator, which is recorded.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from shared.clock import Clock

from identity.application.announce import announce_environment_change
from identity.application.audit import record
from identity.application.ports import Tx, UnitOfWork
from identity.application.views import ActorView
from identity.domain.audit import Action
from identity.domain.email_address import canonical_domain
from identity.domain.environment import Kind, Mode, SharedDomain
from identity.domain.errors import ConsentRequired, EnvironmentNotFound
from identity.domain.permissions import Permission, require

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareDomain:
    """`consent` says how and by whom the environment that the domain leads to agreed; `reason` why it is done."""

    actor: ActorView
    environment_id: UUID
    domain: str
    reason: str
    consent: str | None = None


async def share_domain(cmd: ShareDomain, *, uow: UnitOfWork, clock: Clock) -> SharedDomain:
    """Share the domain with the environment; doing it again changes nothing.

    Raises `EnvironmentNotFound`, `ConsentRequired`, `InvalidDomain`.
    """
    require(cmd.actor.role, Permission.OPERATE_PLATFORM)
    domain, now = canonical_domain(cmd.domain), clock.now()
    shared = SharedDomain(
        environment_id=cmd.environment_id,
        domain=domain,
        shared_at=now,
        shared_by=cmd.actor.user_id,
        reason=cmd.reason,
        consent=cmd.consent,
    )
    async with uow() as tx:
        await tx.environments.lock_domain(domain)
        environment = await tx.environments.lock(cmd.environment_id)
        if environment is None or environment.kind is not Kind.CUSTOMER or environment.mode is not Mode.LIVE:
            raise EnvironmentNotFound
        owner = await tx.environments.find_open(domain)
        if owner is not None and owner.id != environment.id and not cmd.consent:
            raise ConsentRequired
        if not await tx.environments.put_shared_domain(shared):
            return shared
        if not environment.shared:
            changed = environment.share()
            await tx.environments.save(changed)
            announce_environment_change(tx, changed)
        await _record(tx, cmd, shared)
    _log.info("domain_shared", environment_id=str(environment.id), by=str(cmd.actor.user_id))
    return shared


async def _record(tx: Tx, cmd: ShareDomain, shared: SharedDomain) -> None:
    await record(
        tx,
        cmd.actor,
        Action.DOMAIN_SHARED,
        shared.environment_id,
        environment_id=shared.environment_id,
        reason=shared.reason,
        now=shared.shared_at,
        domain=shared.domain,
        consent=shared.consent,
    )
