"""May this caller act for this party, right now? Decided per request from the projections, in one query.

A key or party that is not known yet is looked up again for up to half a second, because its event may be on its way.
What is known to be revoked, blocked or foreign is refused at once.
"""

import asyncio
from dataclasses import dataclass

from documents.application.ports import Rights
from documents.application.values import Caller, Grant, Standing
from documents.domain.errors import KeyRevoked, NotEnvironmentAdministrator, OrganizationNotActive, PartyNotAllowed

ACTIVE = "active"
ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long, and how often, an unknown key or party is looked up again (seconds)."""

    total: float = 0.5
    pause: float = 0.025


async def authorize(caller: Caller, party: str, *, rights: Rights, patience: Patience) -> Grant:
    """Return what the caller may act for; raises `KeyRevoked`, `PartyNotAllowed` or `OrganizationNotActive`."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience.total
    standing = await rights.find_standing(caller, party)
    while _incomplete(standing, caller) and loop.time() < deadline:
        await asyncio.sleep(patience.pause)
        standing = await rights.find_standing(caller, party)
    return _grant(standing, caller, party)


async def authorize_administrator(caller: Caller, *, rights: Rights, patience: Patience) -> None:
    """Return when the caller is, or acts for, an active administrator of the environment that the token names."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience.total
    standing = await rights.find_caller(caller)
    while standing.user_status is None and loop.time() < deadline:
        await asyncio.sleep(patience.pause)
        standing = await rights.find_caller(caller)
    _refuse_bad_key(standing, caller)
    if standing.user_status != ACTIVE or standing.user_role != ADMINISTRATOR:
        raise NotEnvironmentAdministrator


async def authenticate(caller: Caller, *, rights: Rights, patience: Patience) -> None:
    """Return when the caller's key still works and its person is active; says nothing about any organization."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience.total
    standing = await rights.find_caller(caller)
    while standing.user_status is None and loop.time() < deadline:
        await asyncio.sleep(patience.pause)
        standing = await rights.find_caller(caller)
    _refuse_bad_key(standing, caller)
    if standing.user_status != ACTIVE:
        raise PartyNotAllowed("This user is not active.")


def _incomplete(standing: Standing, caller: Caller) -> bool:
    """Tell whether an event may still be missing; a known key that is not active decides at once."""
    if caller.key is not None and standing.key_status is None:
        return True
    return standing.organization_id is None and standing.key_status in (None, ACTIVE)


def _refuse_bad_key(standing: Standing, caller: Caller) -> None:
    if caller.key is None:
        return
    if standing.key_status is None:
        raise KeyRevoked("This connection key is not known here.")
    if standing.key_status != ACTIVE:
        raise KeyRevoked


def _grant(standing: Standing, caller: Caller, party: str) -> Grant:
    _refuse_bad_key(standing, caller)
    organization, environment = standing.organization_id, standing.environment_id
    foreign_key = caller.key is not None and standing.key_organization_id != organization
    if organization is None or environment is None or foreign_key or not standing.member:
        raise PartyNotAllowed(f"You may not act for the party {party}.", party=party)
    if standing.user_status != ACTIVE:
        raise PartyNotAllowed("The user behind this call is not active.")
    if standing.organization_status != ACTIVE:
        raise OrganizationNotActive
    return Grant(
        party=party,
        organization_id=organization,
        environment_id=environment,
        mode=standing.mode,
        parties=standing.parties,
        plan=standing.plan,
        depleted=standing.depleted,
    )
