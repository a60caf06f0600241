"""Begins the activation of an organization: billing opens a payment of one cent (R5.10, architecture 8.6)."""

from dataclasses import dataclass
from uuid import UUID

from shared.clock import Clock
from shared.contracts.organizations import ActivationRequested, OrganizationState

from organizations.domain.activation import Activation
from organizations.domain.errors import CompanyAlreadyRegistered
from organizations.domain.organization import Organization

from .announcing import announce
from .ports import UnitOfWork, Views
from .rights import Caller, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestActivation:
    caller: Caller
    organization_id: UUID


async def request_activation(cmd: RequestActivation, *, views: Views, uow: UnitOfWork, clock: Clock) -> UUID:
    """Return the id of the open activation; a second request while it is open finds the same one."""
    rights = await resolve(cmd.caller, views=views, organization_id=cmd.organization_id)
    rights.require_organization_administrator()
    rights.require_environment_administrator()
    async with uow() as tx:
        organization = await tx.organizations.lock(cmd.organization_id)
        pending = organization.await_payment()
        open_one = await tx.activations.find_open(organization.id)
        if open_one is not None:
            return open_one.id
        if await tx.organizations.is_live(organization.mode, [item.canonical for item in organization.identifiers]):
            raise CompanyAlreadyRegistered
        activation = Activation.request(organization_id=organization.id, requested_by=rights.user_id, now=clock.now())
        await tx.activations.add(activation)
        saved = await tx.organizations.save(pending)
        announce(tx, saved, lambda state: _requested(state, saved, activation))
    return activation.id


def _requested(state: OrganizationState, organization: Organization, activation: Activation) -> ActivationRequested:
    number = organization.primary.value if organization.primary else organization.name
    return ActivationRequested(
        state=state,
        activation_id=activation.id,
        amount_micros=activation.amount_micros,
        currency=activation.currency,
        description=f"Koerier activation {number}",
    )
