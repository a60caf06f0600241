"""Adds an organization: from the register by its number, or by hand.

The register's data is fetched here, never taken from the client. The creator becomes its administrator at once, and
nobody else does (R2.5).
"""

from dataclasses import dataclass
from uuid import UUID

from shared.clock import Clock
from shared.contracts.organizations import MemberAdded, OrganizationAdded

from organizations.domain.company import CompanyProfile
from organizations.domain.errors import CompanyAlreadyRegistered, CompanyDissolved, DuplicateIdentifier, UnknownCompany
from organizations.domain.identifiers import KVK, KvkNumber, allowed_schemes, check_identifier
from organizations.domain.membership import Level, Membership
from organizations.domain.organization import Address, Identifier, IdentifierStatus, Organization, Source

from .announcing import announce, announce_membership
from .ports import CompanyRegistry, Tx, UnitOfWork, Views
from .rights import Caller, Rights, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualEntry:
    """An organization as somebody typed it; `identifiers` are (scheme, value), the first is the primary one."""

    name: str
    country: str
    address: Address
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOrganization:
    """`organization_id` is the same at each try of one request; the organization is added once."""

    organization_id: UUID
    caller: Caller
    company: str | ManualEntry


async def add_organization(
    cmd: AddOrganization, *, views: Views, uow: UnitOfWork, registry: CompanyRegistry, clock: Clock
) -> None:
    """Add it; nothing happens when an earlier try of the request did."""
    rights = await resolve(cmd.caller, views=views)
    rights.require_environment_administrator()
    if isinstance(cmd.company, ManualEntry):
        organization = _entered(cmd.organization_id, cmd.company, rights, clock)
    else:
        organization = _registered(cmd.organization_id, await _fetch(cmd.company, registry), rights, clock)
    async with uow() as tx:
        await _store(organization, rights, tx)


async def _fetch(number: str, registry: CompanyRegistry) -> CompanyProfile:
    profile = await registry.find_profile(KvkNumber(number))
    if profile is None:
        raise UnknownCompany
    if profile.dissolved:
        raise CompanyDissolved
    return profile


async def _store(organization: Organization, rights: Rights, tx: Tx) -> None:
    """Store and announce, with the environment locked so that the plan's limit holds for two at once (R5.2)."""
    await tx.organizations.lock_environment(organization.environment_id)
    if await tx.memberships.find(organization.id, rights.user_id) is not None:
        return
    rights.account.require_room(await tx.organizations.count_in(organization.environment_id))
    if await tx.organizations.is_live(organization.mode, [item.canonical for item in organization.identifiers]):
        raise CompanyAlreadyRegistered
    await tx.organizations.add(organization)
    announce(tx, organization, lambda state: OrganizationAdded(state=state))
    membership = Membership.start(
        organization_id=organization.id,
        environment_id=organization.environment_id,
        user_id=rights.user_id,
        level=Level.ADMINISTRATOR,
        now=organization.created_at,
    )
    await tx.memberships.add(membership)
    announce_membership(tx, membership, MemberAdded)


def _registered(organization_id: UUID, profile: CompanyProfile, rights: Rights, clock: Clock) -> Organization:
    number = Identifier(scheme=KVK, value=profile.kvk_number.value, primary=True, status=IdentifierStatus.VERIFIED)
    return Organization(
        id=organization_id,
        environment_id=rights.environment_id,
        mode=rights.mode,
        country="NL",
        name=profile.name,
        trade_names=profile.trade_names,
        legal_form=profile.legal_form,
        address=profile.address,
        source=Source.REGISTER,
        identifiers=(number,),
        created_by=rights.user_id,
        created_at=clock.now(),
    )


def _entered(organization_id: UUID, entry: ManualEntry, rights: Rights, clock: Clock) -> Organization:
    allowed_schemes(entry.country)  # refuses what is not a country, also without identifiers
    if len(set(entry.identifiers)) < len(entry.identifiers):
        raise DuplicateIdentifier
    for scheme, value in entry.identifiers:
        check_identifier(scheme, value, country=entry.country)
    identifiers = tuple(
        Identifier(scheme=scheme, value=value, primary=position == 0, status=IdentifierStatus.UNVERIFIED)
        for position, (scheme, value) in enumerate(entry.identifiers)
    )
    return Organization(
        id=organization_id,
        environment_id=rights.environment_id,
        mode=rights.mode,
        country=entry.country,
        name=entry.name,
        address=entry.address,
        source=Source.MANUAL,
        identifiers=identifiers,
        created_by=rights.user_id,
        created_at=clock.now(),
    )
