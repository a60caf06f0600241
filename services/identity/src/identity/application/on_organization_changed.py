"""Keeps what identity must know of organizations; a removed one takes its connection keys with it."""

from shared.clock import Clock
from shared.contracts.event import Contract, Envelope
from shared.contracts.organizations import OrganizationState

from identity.application.announce import announce_revoked
from identity.application.ports import Tx
from identity.domain.projections import REMOVED, KnownOrganization


class OrganizationCarrier(Contract):
    """Any event of `organizations.organizations`, for its state."""

    state: OrganizationState


async def on_organization_changed(event: Envelope[OrganizationCarrier], tx: Tx, *, clock: Clock) -> None:
    state = event.data.state
    organization = KnownOrganization(
        id=state.id,
        environment_id=state.environment_id,
        mode=state.mode,
        name=state.name,
        status=state.status,
    )
    await tx.organizations.put(organization, sequence=event.sequence)
    if state.status == REMOVED:
        for key in await tx.connection_keys.lock_active(state.id):
            revoked = key.revoke(now=clock.now())
            await tx.connection_keys.save(revoked)
            announce_revoked(tx, revoked)
