"""Turns receiving on or off (R10.3, R10.4, R10.7).

It holds here at once; the Peppol network learns it by a job, whose failure undoes nothing on the platform (R5.18).
"""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.organizations import ReceiveDisabled, ReceiveEnabled

from organizations.domain.document_types import RECEIVED_BY_DEFAULT
from organizations.domain.errors import IdentifierRequired
from organizations.domain.organization import IdentifierStatus, Organization

from .announcing import announce
from .ports import Tx, UnitOfWork, Views
from .rights import Caller, Rights, resolve

PUBLISH_CAPABILITIES = "publish-capabilities"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReceiving:
    caller: Caller
    organization_id: UUID
    enabled: bool


async def set_receiving(cmd: SetReceiving, *, views: Views, uow: UnitOfWork) -> None:
    """Do what was asked; asking for what holds already announces nothing, but tries a failed registration again."""
    rights = await resolve(cmd.caller, views=views, organization_id=cmd.organization_id)
    rights.require_organization_administrator()
    async with uow() as tx:
        organization = await tx.organizations.lock(cmd.organization_id)
        organization.require_active()
        if cmd.enabled:
            await _enable(organization, rights, tx)
        elif organization.receiving:
            saved = await tx.organizations.save(organization.without_receiving())
            announce(tx, saved, lambda state: ReceiveDisabled(state=state))
            _enqueue(saved, tx)


async def _enable(organization: Organization, rights: Rights, tx: Tx) -> None:
    primary = organization.primary
    if primary is None:
        raise IdentifierRequired
    if organization.receiving:
        if primary.status is not IdentifierStatus.REGISTERED:
            _enqueue(organization, tx)
        return
    rights.account.require_receiving()
    saved = await tx.organizations.save(organization.with_receiving(RECEIVED_BY_DEFAULT))
    announce(tx, saved, lambda state: ReceiveEnabled(state=state, document_types=saved.document_types))
    _enqueue(saved, tx)


def _enqueue(organization: Organization, tx: Tx) -> None:
    if organization.primary is not None:
        payload = {"organization_id": str(organization.id), "identifier": organization.primary.canonical}
        tx.enqueue(PUBLISH_CAPABILITIES, payload)
