"""What a caller may do now, decided anew for every request from the projections, in one query (never from the token).

A token may be newer than our view of identity. A user, environment or key that is not known here yet is looked up again
for half a second before it is refused; a blocked user or a revoked key is refused at once.
"""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from organizations.domain.errors import (
    CallerNotActive,
    ConnectionKeyRevoked,
    NotEnvironmentAdministrator,
    NotOperator,
    NotOrganizationAdministrator,
    OrganizationNotFound,
    PersonRequired,
)
from organizations.domain.membership import Level
from organizations.domain.plans import Account

from .ports import Views
from .views import Standing

_LOOK_AGAIN_SECONDS = 0.05
_LOOK_AGAIN_TIMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, as the access token says; `key_id` when it is a connection key of this user."""

    user_id: UUID
    environment_id: UUID
    key_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """An active caller with its role, and its level in the organization that was asked about."""

    user_id: UUID
    environment_id: UUID
    home_environment_id: UUID
    mode: str
    role: str
    is_person: bool
    of_operators: bool
    only_organization: UUID | None
    level: Level | None
    account: Account

    def require_person(self) -> None:
        if not self.is_person:
            raise PersonRequired

    def require_environment_administrator(self) -> None:
        self.require_person()
        if self.role != "administrator":
            raise NotEnvironmentAdministrator

    def require_operator(self) -> None:
        if not (self.is_person and self.of_operators and self.role == "operator"):
            raise NotOperator

    def require_member(self) -> Level:
        """Raise `OrganizationNotFound` for an organization that the caller does not see (R2.6)."""
        if self.level is None:
            raise OrganizationNotFound
        return self.level

    def require_organization_administrator(self) -> None:
        if self.require_member() is not Level.ADMINISTRATOR:
            raise NotOrganizationAdministrator


async def resolve(caller: Caller, *, views: Views, organization_id: UUID | None = None) -> Rights:
    """Return the caller's rights; raises `CallerNotActive` or `ConnectionKeyRevoked`."""
    standing = await _look_up(caller, views, organization_id)
    for _ in range(_LOOK_AGAIN_TIMES):
        if _is_known(caller, standing):
            break
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        standing = await _look_up(caller, views, organization_id)
    return _rights(caller, standing, organization_id)


async def _look_up(caller: Caller, views: Views, organization_id: UUID | None) -> Standing:
    return await views.standing(
        user_id=caller.user_id,
        environment_id=caller.environment_id,
        key_id=caller.key_id,
        organization_id=organization_id,
    )


def _is_known(caller: Caller, standing: Standing) -> bool:
    return (
        standing.kind is not None
        and standing.user_status is not None
        and (caller.key_id is None or standing.key_status is not None)
    )


def _rights(caller: Caller, standing: Standing, organization_id: UUID | None) -> Rights:
    home, mode, role = standing.home_environment_id, standing.mode, standing.role
    if home is None or mode is None or role is None:
        raise CallerNotActive
    if standing.user_status != "active" or standing.user_environment_id != home:
        raise CallerNotActive
    if caller.key_id is not None and standing.key_status != "active":
        raise ConnectionKeyRevoked
    of_another = caller.key_id is not None and standing.key_organization_id != organization_id
    return Rights(
        user_id=caller.user_id,
        environment_id=caller.environment_id,
        home_environment_id=home,
        mode=mode,
        role=role,
        is_person=caller.key_id is None,
        of_operators=standing.kind == "operator",
        only_organization=standing.key_organization_id,
        level=None if of_another else standing.level,
        account=standing.account,
    )
