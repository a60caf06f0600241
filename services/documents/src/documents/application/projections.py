"""What documents keeps of other services' facts. Only newer versions are written."""

import contextlib

from shared.contracts.billing import AccountState
from shared.contracts.event import Contract, Envelope
from shared.contracts.identity import ConnectionKeyState, UserState
from shared.contracts.organizations import MembershipState, OrganizationState

from documents.application.ports import Tx
from documents.application.values import OrganizationProjection
from documents.domain.parties import InvalidParty, canonical_party

DOCUMENT_TYPE_SCHEME = "busdox-docid-qns::"


class OrganizationCarrier(Contract):
    state: OrganizationState


class MembershipCarrier(Contract):
    state: MembershipState


class UserCarrier(Contract):
    state: UserState


class ConnectionKeyCarrier(Contract):
    state: ConnectionKeyState


class AccountCarrier(Contract):
    state: AccountState


async def on_organization_state(event: Envelope[OrganizationCarrier], tx: Tx) -> None:
    """Keep who it is on the network; an identifier that is none in any notation is left out."""
    state = event.data.state
    parties: dict[str, bool] = {}
    for identifier in state.identifiers:
        with contextlib.suppress(InvalidParty):
            parties[canonical_party(f"{identifier.scheme}:{identifier.value}")] = identifier.receiving
    projection = OrganizationProjection(
        id=state.id,
        environment_id=state.environment_id,
        mode=state.mode,
        status=state.status,
        document_types=tuple(kind.removeprefix(DOCUMENT_TYPE_SCHEME) for kind in state.document_types),
        parties=parties,
    )
    await tx.projections.put_organization(projection, sequence=event.sequence)


async def on_membership_state(event: Envelope[MembershipCarrier], tx: Tx) -> None:
    state = event.data.state
    await tx.projections.put_membership(
        id=state.id,
        organization_id=state.organization_id,
        user_id=state.user_id,
        level=state.level,
        status=state.status,
        sequence=event.sequence,
    )


async def on_user_state(event: Envelope[UserCarrier], tx: Tx) -> None:
    """Keep role and status only: names and addresses are not this service's business."""
    state = event.data.state
    await tx.projections.put_user(
        id=state.id,
        environment_id=state.environment_id,
        role=state.role,
        status=state.status,
        sequence=event.sequence,
    )


async def on_connection_key_state(event: Envelope[ConnectionKeyCarrier], tx: Tx) -> None:
    state = event.data.state
    await tx.projections.put_key(
        id=state.id,
        environment_id=state.environment_id,
        organization_id=state.organization_id,
        created_by=state.created_by,
        mode=state.mode,
        status=state.status,
        sequence=event.sequence,
    )


async def on_account_state(event: Envelope[AccountCarrier], tx: Tx) -> None:
    state = event.data.state
    await tx.projections.put_account(
        environment_id=state.environment_id, plan=state.plan, depleted=state.depleted, sequence=event.sequence
    )
