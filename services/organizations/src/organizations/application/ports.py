"""What the use cases need from outside: storage inside a transaction, the read side, the register and the network."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.billing import AccountState
from shared.contracts.event import Event
from shared.contracts.identity import ConnectionKeyState, EnvironmentState, UserState

from organizations.domain.activation import Activation
from organizations.domain.company import CompanyPage, CompanyProfile
from organizations.domain.identifiers import KvkNumber
from organizations.domain.membership import Membership
from organizations.domain.organization import Organization

from .views import (
    ActivationView,
    CandidateView,
    MemberView,
    OrganizationView,
    PartyView,
    PromptView,
    ReviewView,
    Standing,
)


class Organizations(Protocol):
    async def lock_environment(self, environment_id: UUID) -> None:
        """Keep others from adding an organization to this environment until the transaction ends."""

    async def count_in(self, environment_id: UUID) -> int:
        """Count the environment's organizations that were not removed, active or not."""

    async def is_live(self, mode: str, identifiers: Sequence[str]) -> bool:
        """Tell whether an active organization of this mode has one of these identifiers (`scheme:value`)."""

    async def add(self, organization: Organization) -> None:
        """Store a new one; raises `CompanyAlreadyRegistered`."""

    async def lock(self, organization_id: UUID) -> Organization:
        """Return it locked until the transaction ends; raises `OrganizationNotFound`."""

    async def save(self, organization: Organization) -> Organization:
        """Store the change and return it at its new version; raises `CompanyAlreadyRegistered`."""


class Memberships(Protocol):
    async def find(self, organization_id: UUID, user_id: UUID) -> Membership | None: ...

    async def lock_of_user(self, user_id: UUID) -> list[Membership]:
        """Return the user's active memberships, locked."""

    async def count_other_administrators(self, organization_id: UUID, user_id: UUID) -> int:
        """Count the administrators, besides this user, who can act: active members, not blocked."""

    async def add(self, membership: Membership) -> None: ...

    async def save(self, membership: Membership) -> None: ...


class Activations(Protocol):
    async def find(self, activation_id: UUID) -> Activation | None: ...

    async def find_open(self, organization_id: UUID) -> Activation | None:
        """Return the attempt that waits for a payment or a decision."""

    async def add(self, activation: Activation) -> None: ...

    async def save(self, activation: Activation) -> None: ...

    async def open_review(self, activation: Activation, account_holder: str | None) -> None:
        """Keep what an operator needs to decide."""

    async def close_review(self, activation_id: UUID, *, decision: str, decided_by: UUID, reason: str) -> None:
        """Record the decision and erase the account holder."""


class Directory(Protocol):
    """The projections of identity's and billing's facts."""

    async def lock_user(self, user_id: UUID) -> "DirectoryUser | None":
        """Return the user, who cannot be blocked or removed here until the transaction ends."""

    async def put_environment(self, state: EnvironmentState, sequence: int) -> None: ...

    async def put_user(self, state: UserState, sequence: int) -> bool:
        """Store the state unless a newer one is known; return whether it was stored."""

    async def put_connection_key(self, state: ConnectionKeyState, sequence: int) -> None: ...

    async def put_account(self, state: AccountState, sequence: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryUser:
    id: UUID
    environment_id: UUID
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """What an operator did, to what, and why."""

    actor_id: UUID
    action: str
    organization_id: UUID
    activation_id: UUID
    reason: str


class Journal(Protocol):
    """Small facts that are kept for their own sake."""

    async def record_audit(self, entry: AuditEntry) -> None: ...

    async def dismiss_prompts(self, user_id: UUID, organization_ids: Collection[UUID]) -> None: ...

    async def note_missed_lookup(self, environment_id: UUID, query: str) -> UUID | None:
        """Return an id for a miss that is worth announcing, None when the same was announced within a day."""


class Publish(Protocol):
    def __call__(
        self, event: Event, *, subject: UUID, environment: UUID, sequence: int = 1, key: str | None = None
    ) -> UUID: ...


class Enqueue(Protocol):
    def __call__(
        self, kind: str, payload: Mapping[str, Any], *, lane: str | None = None, delay: timedelta | None = None
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tx:
    """One open transaction as the use cases see it."""

    organizations: Organizations
    memberships: Memberships
    activations: Activations
    directory: Directory
    journal: Journal
    publish: Publish
    enqueue: Enqueue


class UnitOfWork(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[Tx]: ...


class Views(Protocol):
    """The read side; each method is one query."""

    async def standing(
        self, *, user_id: UUID, environment_id: UUID, key_id: UUID | None, organization_id: UUID | None
    ) -> Standing: ...

    async def list_organizations(
        self, *, user_id: UUID, mode: str, only: UUID | None, after: UUID | None, limit: int
    ) -> list[OrganizationView]: ...

    async def get_organization(self, *, user_id: UUID, organization_id: UUID) -> OrganizationView:
        """Return it as this member sees it; raises `OrganizationNotFound`."""

    async def visible(self, *, user_id: UUID, mode: str, organization_ids: Collection[UUID]) -> set[UUID]:
        """Return those of the organizations that the user is a member of."""

    async def get_activation(self, organization_id: UUID) -> ActivationView: ...

    async def list_members(self, organization_id: UUID, *, after: UUID | None, limit: int) -> list[MemberView]: ...

    async def get_member(self, organization_id: UUID, user_id: UUID) -> MemberView:
        """Return an active member; raises `MemberNotFound`."""

    async def list_candidates(
        self, *, organization_id: UUID, home_environment_id: UUID, prefix: str, limit: int
    ) -> list[CandidateView]: ...

    async def list_prompts(self, *, user_id: UUID, mode: str) -> list[PromptView]: ...

    async def list_parties(self, *, user_id: UUID, mode: str, only: UUID | None) -> list[PartyView]: ...

    async def list_reviews(self, *, after: UUID | None, limit: int) -> list[ReviewView]: ...


class CompanyRegistry(Protocol):
    """A company register. Everything raises `RegistryUnavailable` when it does not answer as documented."""

    name: str

    async def find_by_number(self, number: KvkNumber) -> CompanyPage: ...

    async def find_by_name(self, name: str, *, place: str | None, page: int, limit: int) -> CompanyPage: ...

    async def find_profile(self, number: KvkNumber) -> CompanyProfile | None:
        """Return the profile, or None when the register does not know the number."""


class ParticipantRegistry(Protocol):
    """The SMP: what a participant receives, and where. Both calls may be repeated.

    They raise `SmpUnavailable`, `RegisteredElsewhere` or `RegistrationRefused`.
    """

    async def publish(self, participant: str, document_types: Sequence[str]) -> None: ...

    async def withdraw(self, participant: str) -> None: ...
