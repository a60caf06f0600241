"""Keeps who is a member of what; with a membership die the keys that its holder made for that organization."""

from shared.clock import Clock
from shared.contracts.event import Contract, Envelope
from shared.contracts.organizations import MembershipState

from identity.application.announce import announce_revoked
from identity.application.ports import Tx
from identity.domain.projections import REMOVED, KnownMembership


class MembershipCarrier(Contract):
    """Any event of `organizations.memberships`, for its state."""

    state: MembershipState


async def on_membership_changed(event: Envelope[MembershipCarrier], tx: Tx, *, clock: Clock) -> None:
    state = event.data.state
    membership = KnownMembership(
        id=state.id,
        organization_id=state.organization_id,
        environment_id=state.environment_id,
        user_id=state.user_id,
        level=state.level,
        status=state.status,
    )
    await tx.organizations.put_membership(membership, sequence=event.sequence)
    # A late event must not revoke the keys of somebody who is a member again.
    if state.status != REMOVED or await tx.organizations.is_member(state.user_id, state.organization_id):
        return
    for key in await tx.connection_keys.lock_active(state.organization_id, created_by=state.user_id):
        revoked = key.revoke(now=clock.now())
        await tx.connection_keys.save(revoked)
        announce_revoked(tx, revoked)
