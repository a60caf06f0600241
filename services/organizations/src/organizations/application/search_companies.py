"""Searches the company register; a miss is told to support, and never creates anything (R5.4)."""

from dataclasses import dataclass

from shared.contracts.organizations import CompanyLookupMissed

from organizations.domain.company import CompanyPage, CompanyProfile
from organizations.domain.errors import CompanyNotFound, SearchTooDeep
from organizations.domain.identifiers import KvkNumber

from .ports import CompanyRegistry, UnitOfWork, Views
from .rights import Caller, Rights, resolve

DEEPEST_RESULT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCompanies:
    """By number, or by name and optionally place."""

    caller: Caller
    number: str | None = None
    name: str | None = None
    place: str | None = None
    page: int = 1
    limit: int = 10


async def search_companies(
    cmd: SearchCompanies, *, views: Views, uow: UnitOfWork, registry: CompanyRegistry
) -> CompanyPage:
    """Return a page of results, empty when there are none; raises `RegistryUnavailable` when the register is down."""
    rights = await resolve(cmd.caller, views=views)
    found = await _search(cmd, registry)
    if not found.total:
        await _announce_miss(cmd, rights, uow=uow, register_name=registry.name)
    return found


async def get_company(caller: Caller, number: str, *, views: Views, registry: CompanyRegistry) -> CompanyProfile:
    """Return what the register says of one company; raises `CompanyNotFound`."""
    await resolve(caller, views=views)
    profile = await registry.find_profile(KvkNumber(number))
    if profile is None:
        raise CompanyNotFound
    return profile


async def _search(cmd: SearchCompanies, registry: CompanyRegistry) -> CompanyPage:
    if cmd.number is not None:
        return await registry.find_by_number(KvkNumber(cmd.number))
    if cmd.page * cmd.limit > DEEPEST_RESULT:
        raise SearchTooDeep
    return await registry.find_by_name(cmd.name or "", place=cmd.place, page=cmd.page, limit=cmd.limit)


async def _announce_miss(cmd: SearchCompanies, rights: Rights, *, uow: UnitOfWork, register_name: str) -> None:
    query = "\n".join(part.casefold() for part in (register_name, cmd.number or "", cmd.name or "", cmd.place or ""))
    missed = CompanyLookupMissed(register_name=register_name, number=cmd.number, name=cmd.name, place=cmd.place)
    async with uow() as tx:
        miss_id = await tx.journal.note_missed_lookup(rights.environment_id, query)
        if miss_id is not None:
            tx.publish(missed, subject=miss_id, environment=rights.environment_id)
