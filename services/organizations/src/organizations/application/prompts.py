"""The question at login whether an organization shall receive, and the wish not to be asked again (R10.2, R10.5)."""

from dataclasses import dataclass
from uuid import UUID

from organizations.domain.errors import OrganizationNotFound

from .ports import UnitOfWork, Views
from .rights import Caller, resolve
from .views import PromptView


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissPrompts:
    caller: Caller
    organization_ids: tuple[UUID, ...]


async def list_prompts(caller: Caller, *, views: Views) -> list[PromptView]:
    """Return the organizations that the person administers, that do not receive and that may be asked about."""
    rights = await resolve(caller, views=views)
    rights.require_person()
    return await views.list_prompts(user_id=rights.user_id, mode=rights.mode)


async def dismiss_prompts(cmd: DismissPrompts, *, views: Views, uow: UnitOfWork) -> None:
    """Never ask this person about these organizations again; all of them must be visible to them."""
    rights = await resolve(cmd.caller, views=views)
    rights.require_person()
    wanted = set(cmd.organization_ids)
    if wanted - await views.visible(user_id=rights.user_id, mode=rights.mode, organization_ids=wanted):
        raise OrganizationNotFound
    async with uow() as tx:
        await tx.journal.dismiss_prompts(rights.user_id, wanted)
