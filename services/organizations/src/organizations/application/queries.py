"""What may be read, by whom: everything of an organization is for its members (R2.6), reviews are for operators."""

from collections.abc import Sequence
from uuid import UUID

from .ports import Views
from .rights import Caller, Rights, resolve
from .views import ActivationView, CandidateView, MemberView, OrganizationView, PartyView, ReviewView


async def list_organizations(
    caller: Caller, *, after: UUID | None, limit: int, views: Views
) -> Sequence[OrganizationView]:
    rights = await resolve(caller, views=views)
    return await views.list_organizations(
        user_id=rights.user_id, mode=rights.mode, only=rights.only_organization, after=after, limit=limit
    )


async def get_organization(caller: Caller, organization_id: UUID, *, views: Views) -> OrganizationView:
    rights = await _member(caller, organization_id, views)
    return await views.get_organization(user_id=rights.user_id, organization_id=organization_id)


async def get_activation(caller: Caller, organization_id: UUID, *, views: Views) -> ActivationView:
    await _member(caller, organization_id, views)
    return await views.get_activation(organization_id)


async def list_members(
    caller: Caller, organization_id: UUID, *, after: UUID | None, limit: int, views: Views
) -> Sequence[MemberView]:
    await _member(caller, organization_id, views)
    return await views.list_members(organization_id, after=after, limit=limit)


async def get_member(caller: Caller, organization_id: UUID, user_id: UUID, *, views: Views) -> MemberView:
    await _member(caller, organization_id, views)
    return await views.get_member(organization_id, user_id)


async def list_candidates(
    caller: Caller, organization_id: UUID, *, prefix: str, limit: int, views: Views
) -> Sequence[CandidateView]:
    """Find users of the caller's environment by the beginning of a name; members are flagged, not left out (R2.2)."""
    rights = await _member(caller, organization_id, views)
    rights.require_organization_administrator()
    return await views.list_candidates(
        organization_id=organization_id, home_environment_id=rights.home_environment_id, prefix=prefix, limit=limit
    )


async def list_parties(caller: Caller, *, views: Views) -> Sequence[PartyView]:
    """Return the active organizations that the caller may exchange documents for; a connection key has one."""
    rights = await resolve(caller, views=views)
    return await views.list_parties(user_id=rights.user_id, mode=rights.mode, only=rights.only_organization)


async def list_reviews(caller: Caller, *, after: UUID | None, limit: int, views: Views) -> Sequence[ReviewView]:
    rights = await resolve(caller, views=views)
    rights.require_operator()
    return await views.list_reviews(after=after, limit=limit)


async def _member(caller: Caller, organization_id: UUID, views: Views) -> Rights:
    rights = await resolve(caller, views=views, organization_id=organization_id)
    rights.require_member()
    return rights
