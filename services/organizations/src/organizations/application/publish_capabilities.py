"""Makes the SMP say what an organization wants now: publishes what it receives, or withdraws it.

The job looks at the wish when it runs, not at the one that enqueued it, and looks again afterwards: when the wish
changed meanwhile it runs once more. So it may be repeated, overtaken and run twice at once; the last wish wins. What it
learns is the identifier's state, never whether the organization receives on the platform (R5.18).
"""

from datetime import timedelta
from uuid import UUID

from shared.contracts.organizations import IdentifierFailed, IdentifierRegistered, OrganizationChanged
from shared.errors import DomainError
from shared.messaging.jobs import Job, RetryLater

from organizations.domain.errors import RegisteredElsewhere, RegistrationRefused, SmpUnavailable
from organizations.domain.organization import IdentifierStatus, Organization

from .announcing import announce
from .ports import ParticipantRegistry, Tx, UnitOfWork

AGAIN = timedelta(seconds=1)
UNREACHABLE = "smp_unavailable"


async def publish_capabilities(job: Job, *, uow: UnitOfWork, registry: ParticipantRegistry) -> None:
    """Run one attempt; raises `SmpUnavailable` to be retried."""
    organization_id, participant = UUID(job.payload["organization_id"]), str(job.payload["identifier"])
    async with uow() as tx:
        organization = await tx.organizations.lock(organization_id)
        wish = _wish(organization, participant)
    if not wish and _is_elsewhere(organization, participant):
        return
    try:
        if wish:
            await registry.publish(participant, wish)
        else:
            await registry.withdraw(participant)
    except SmpUnavailable:
        await _note_trouble(organization_id, participant, uow)
        raise
    except (RegisteredElsewhere, RegistrationRefused) as refusal:
        await _record_failure(organization_id, participant, refusal, uow)
        return
    async with uow() as tx:
        organization = await tx.organizations.lock(organization_id)
        if _wish(organization, participant) != wish:
            raise RetryLater(AGAIN, "the wish changed meanwhile")
        await _record_success(organization, participant, tx)


async def give_up_publishing(job: Job, _reason: str, *, uow: UnitOfWork) -> None:
    """Say that the SMP could not be reached for good; enabling receiving again tries anew."""
    organization_id, participant = UUID(job.payload["organization_id"]), str(job.payload["identifier"])
    await _record_failure(organization_id, participant, SmpUnavailable(), uow)


def _wish(organization: Organization, participant: str) -> tuple[str, ...]:
    """Return the document types to publish, none to withdraw."""
    identifier = organization.identifier(participant)
    return organization.document_types if identifier is not None and identifier.receiving else ()


def _is_elsewhere(organization: Organization, participant: str) -> bool:
    """Whether the participant is another access point's, so that there is nothing of ours to withdraw."""
    identifier = organization.identifier(participant)
    return identifier is not None and identifier.status is IdentifierStatus.REGISTERED_ELSEWHERE


async def _record_success(organization: Organization, participant: str, tx: Tx) -> None:
    identifier = organization.identifier(participant)
    if identifier is None:
        return
    status = IdentifierStatus.REGISTERED if identifier.receiving else IdentifierStatus.VERIFIED
    if (identifier.status, identifier.failure) == (status, None):
        return
    saved = await tx.organizations.save(organization.with_registration(participant, status))
    if identifier.receiving:
        announce(tx, saved, lambda state: IdentifierRegistered(state=state, identifier=participant))
    else:
        announce(tx, saved, lambda state: OrganizationChanged(state=state, changed=("identifiers",)))


async def _note_trouble(organization_id: UUID, participant: str, uow: UnitOfWork) -> None:
    """Show that the SMP does not answer, once; the job goes on trying."""
    async with uow() as tx:
        organization = await tx.organizations.lock(organization_id)
        identifier = organization.identifier(participant)
        if identifier is None or identifier.failure == UNREACHABLE:
            return
        changed = organization.with_registration(participant, identifier.status, failure=UNREACHABLE)
        saved = await tx.organizations.save(changed)
        announce(tx, saved, lambda state: OrganizationChanged(state=state, changed=("identifiers",)))


async def _record_failure(organization_id: UUID, participant: str, refusal: DomainError, uow: UnitOfWork) -> None:
    elsewhere = isinstance(refusal, RegisteredElsewhere)
    status = IdentifierStatus.REGISTERED_ELSEWHERE if elsewhere else IdentifierStatus.FAILED
    async with uow() as tx:
        organization = await tx.organizations.lock(organization_id)
        identifier = organization.identifier(participant)
        if identifier is None or (identifier.status, identifier.failure) == (status, refusal.code):
            return
        saved = await tx.organizations.save(organization.with_registration(participant, status, failure=refusal.code))
        announce(tx, saved, lambda state: IdentifierFailed(state=state, identifier=participant, reason=refusal.code))
