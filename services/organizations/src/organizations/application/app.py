"""The application as the entrypoints get it: every use case, bound to what it needs by `bootstrap`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from shared.database.unit_of_work import UnitOfWork
from shared.messaging.jobs import Job
from shared.messaging.sampling import Sample
from shared.messaging.transaction import Transaction

from organizations.domain.company import CompanyPage, CompanyProfile
from organizations.domain.organization import Organization

from .add_organization import AddOrganization
from .decide_review import DecideReview
from .members import AddMember, ChangeMember, RemoveMember
from .ports import Tx
from .prompts import DismissPrompts
from .request_activation import RequestActivation
from .rights import Caller
from .search_companies import SearchCompanies
from .set_receiving import SetReceiving
from .views import ActivationView, CandidateView, MemberView, OrganizationView, PartyView, PromptView, ReviewView


class ListOrganizations(Protocol):
    def __call__(self, caller: Caller, *, after: UUID | None, limit: int) -> Awaitable[Sequence[OrganizationView]]: ...


class ListMembers(Protocol):
    def __call__(
        self, caller: Caller, organization_id: UUID, *, after: UUID | None, limit: int
    ) -> Awaitable[Sequence[MemberView]]: ...


class ListCandidates(Protocol):
    def __call__(
        self, caller: Caller, organization_id: UUID, *, prefix: str, limit: int
    ) -> Awaitable[Sequence[CandidateView]]: ...


class ListReviews(Protocol):
    def __call__(self, caller: Caller, *, after: UUID | None, limit: int) -> Awaitable[Sequence[ReviewView]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """`pool` is for the idempotency kit, `uow` for the consumer kit, `samples` for workers; the rest are use cases."""

    pool: Any
    uow: UnitOfWork[Transaction, Tx]
    search_companies: Callable[[SearchCompanies], Awaitable[CompanyPage]]
    get_company: Callable[[Caller, str], Awaitable[CompanyProfile]]
    add_organization: Callable[[AddOrganization], Awaitable[None]]
    list_organizations: ListOrganizations
    get_organization: Callable[[Caller, UUID], Awaitable[OrganizationView]]
    request_activation: Callable[[RequestActivation], Awaitable[UUID]]
    get_activation: Callable[[Caller, UUID], Awaitable[ActivationView]]
    add_member: Callable[[AddMember], Awaitable[bool]]
    change_member: Callable[[ChangeMember], Awaitable[None]]
    remove_member: Callable[[RemoveMember], Awaitable[None]]
    list_members: ListMembers
    get_member: Callable[[Caller, UUID, UUID], Awaitable[MemberView]]
    list_candidates: ListCandidates
    list_prompts: Callable[[Caller], Awaitable[Sequence[PromptView]]]
    dismiss_prompts: Callable[[DismissPrompts], Awaitable[None]]
    set_receiving: Callable[[SetReceiving], Awaitable[None]]
    list_parties: Callable[[Caller], Awaitable[Sequence[PartyView]]]
    list_reviews: ListReviews
    decide_review: Callable[[DecideReview], Awaitable[Organization]]
    publish_capabilities: Callable[[Job], Awaitable[None]]
    give_up_publishing: Callable[[Job, str], Awaitable[None]]
    samples: Sequence[Sample]
