"""An operator approves or rejects an activation whose payment did not prove enough (R5.13).

Every decision has a reason and leaves an audit entry; of two operators at once, one decides and the other gets a
conflict.
"""

from dataclasses import dataclass
from uuid import UUID

from shared.clock import Clock
from shared.contracts.organizations import ActivationRejected, OrganizationActivated

from organizations.domain.activation import Activation
from organizations.domain.errors import CompanyAlreadyRegistered, ReviewAlreadyDecided
from organizations.domain.organization import Organization

from .announcing import announce
from .ports import AuditEntry, Tx, UnitOfWork, Views
from .rights import Caller, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReview:
    caller: Caller
    organization_id: UUID
    approve: bool
    reason: str


async def decide_review(cmd: DecideReview, *, views: Views, uow: UnitOfWork, clock: Clock) -> Organization:
    """Return the organization as it was decided."""
    rights = await resolve(cmd.caller, views=views)
    rights.require_operator()
    async with uow() as tx:
        organization = await tx.organizations.lock(cmd.organization_id)
        organization.require_review()
        activation = await tx.activations.find_open(organization.id)
        if activation is None:
            raise ReviewAlreadyDecided
        closed = activation.decided(approved=cmd.approve, reason=cmd.reason, now=clock.now())
        decision = await _approve(organization, closed, tx) if cmd.approve else await _reject(organization, closed, tx)
        action = "activation.approved" if cmd.approve else "activation.rejected"
        await tx.activations.close_review(activation.id, decision=action, decided_by=rights.user_id, reason=cmd.reason)
        await tx.journal.record_audit(
            AuditEntry(
                actor_id=rights.user_id,
                action=action,
                organization_id=organization.id,
                activation_id=activation.id,
                reason=cmd.reason,
            )
        )
    return decision


async def _approve(organization: Organization, closed: Activation, tx: Tx) -> Organization:
    if await tx.organizations.is_live(organization.mode, [item.canonical for item in organization.identifiers]):
        raise CompanyAlreadyRegistered
    await tx.activations.save(closed)
    saved = await tx.organizations.save(organization.activated(closed.closed_at or closed.requested_at))
    announce(
        tx,
        saved,
        lambda state: OrganizationActivated(state=state, activation_id=closed.id, verified_by="operator"),
    )
    return saved


async def _reject(organization: Organization, closed: Activation, tx: Tx) -> Organization:
    await tx.activations.save(closed)
    saved = await tx.organizations.save(organization.rejected())
    announce(
        tx,
        saved,
        lambda state: ActivationRejected(state=state, activation_id=closed.id, reason=closed.reason or ""),
    )
    return saved
