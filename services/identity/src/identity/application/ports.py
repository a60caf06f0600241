"""What identity's use cases need of the outside, as Protocols; `bootstrap` chooses who fills them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.event import Event

from identity.application.views import (
    ActorView,
    ConnectionKeyView,
    KeyHolderView,
    ProfileView,
    RecipientView,
    UserView,
)
from identity.domain.audit import AuditEntry
from identity.domain.connection_key import ConnectionKey
from identity.domain.environment import Environment
from identity.domain.link import Link, Purpose
from identity.domain.password_policy import PasswordStrength
from identity.domain.permissions import Role
from identity.domain.projections import KnownMembership, KnownOrganization
from identity.domain.session import RefreshToken, Session
from identity.domain.signing_key import KeyState
from identity.domain.throttle import Limit, Verdict
from identity.domain.user import Status, TermsAcceptance, User


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class UserSecrets:
    """What is stored of a user besides what everybody may know."""

    password_hash: str
    terms: TermsAcceptance | None = None
    totp_secret: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Credentials:
    """What a login is compared with."""

    user_id: UUID
    environment_id: UUID
    role: Role
    status: Status
    password_hash: str | None
    totp_secret: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StoredSigningKey:
    """A signing key as it is stored: its public half, and its private half sealed."""

    kid: str
    state: KeyState
    since: datetime
    public_key: Mapping[str, Any]
    sealed_private_key: bytes


class Environments(Protocol):
    async def lock_domain(self, domain: str) -> None: ...
    async def find_open(self, domain: str) -> Environment | None: ...
    async def is_shared(self, domain: str) -> bool: ...
    async def find_operators(self) -> Environment | None: ...
    async def lock(self, environment_id: UUID) -> Environment | None: ...
    async def add(self, environment: Environment) -> None: ...


class Users(Protocol):
    async def add(self, user: User, secrets: UserSecrets | None) -> None: ...
    async def lock(self, user_id: UUID) -> User | None: ...
    async def find(self, user_id: UUID) -> User | None: ...
    async def find_by_address(self, address: str) -> User | None: ...
    async def save(self, user: User) -> None: ...
    async def activate(self, user: User, secrets: UserSecrets) -> None: ...
    async def erase(self, user: User) -> None: ...
    async def count_administrators(self, environment_id: UUID) -> int: ...
    async def is_taken(self, address: str) -> bool: ...
    async def find_credentials(self, address: str) -> Credentials | None: ...
    async def accept_totp_step(self, user_id: UUID, step: int) -> bool: ...
    async def replace_password_hash(self, user_id: UUID, *, previous: str, replacement: str) -> None: ...


class Links(Protocol):
    """Finding or locking a link takes what it may be for: one for something else is unknown."""

    async def put(self, link: Link, *, token_hash: bytes, now: datetime) -> None: ...
    async def find(self, token_hash: bytes, purposes: frozenset[Purpose]) -> Link | None: ...
    async def lock(self, token_hash: bytes, purposes: frozenset[Purpose]) -> Link | None: ...
    async def mark_used(self, link: Link, *, now: datetime) -> None: ...


class AuditLog(Protocol):
    async def add(self, entry: AuditEntry) -> None: ...


class Sessions(Protocol):
    async def add(self, session: Session) -> None: ...
    async def add_token(self, token: RefreshToken) -> None: ...
    async def lock_by_token(self, token_hash: bytes) -> tuple[Session, RefreshToken] | None: ...
    async def mark_token_used(self, token: RefreshToken, *, now: datetime) -> None: ...
    async def end(self, session_id: UUID, *, now: datetime) -> None: ...
    async def end_all_of(self, user_id: UUID, *, now: datetime) -> None: ...


class ConnectionKeys(Protocol):
    async def add(self, key: ConnectionKey) -> None: ...
    async def lock(self, key_id: UUID, *, environment_id: UUID) -> ConnectionKey | None: ...
    async def lock_active(self, organization_id: UUID, *, created_by: UUID | None = None) -> list[ConnectionKey]: ...
    async def lock_active_of(self, created_by: UUID) -> list[ConnectionKey]: ...
    async def save(self, key: ConnectionKey) -> None: ...


class SigningKeys(Protocol):
    async def lock(self) -> None: ...
    async def list_all(self) -> list[StoredSigningKey]: ...
    async def add(self, key: StoredSigningKey) -> None: ...
    async def set_state(self, kid: str, state: KeyState, *, now: datetime) -> None: ...
    async def remove(self, kids: Sequence[str]) -> None: ...


class KnownOrganizations(Protocol):
    async def put(self, organization: KnownOrganization, *, sequence: int) -> None: ...
    async def find(self, organization_id: UUID) -> KnownOrganization | None: ...
    async def put_membership(self, membership: KnownMembership, *, sequence: int) -> None: ...
    async def is_member(self, user_id: UUID, organization_id: UUID) -> bool: ...
    async def list_administrators(self, organization_id: UUID) -> list[UUID]: ...
    async def list_environment_administrators(self, environment_id: UUID) -> list[UUID]: ...


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
    """An open transaction: what is written, published and enqueued through it commits together."""

    environments: Environments
    users: Users
    links: Links
    sessions: Sessions
    connection_keys: ConnectionKeys
    signing_keys: SigningKeys
    organizations: KnownOrganizations
    audit: AuditLog
    publish: Publish
    enqueue: Enqueue


class UnitOfWork(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[Tx]: ...


class Views(Protocol):
    """Questions about the committed state, asked outside any transaction."""

    async def find_actor(
        self, user_id: UUID, environment_id: UUID, *, session_id: UUID | None, connection_key_id: UUID | None
    ) -> ActorView | None: ...
    async def find_profile(self, user_id: UUID) -> ProfileView | None: ...
    async def list_users(self, environment_id: UUID, *, after: UUID | None, limit: int) -> list[UserView]: ...
    async def find_user(self, user_id: UUID, *, environment_id: UUID) -> UserView | None: ...
    async def find_recipient(self, user_id: UUID) -> RecipientView | None: ...
    async def list_connection_keys(
        self, environment_id: UUID, *, organization_id: UUID | None, after: UUID | None, limit: int
    ) -> list[ConnectionKeyView]: ...
    async def find_connection_key(self, key_id: UUID, *, environment_id: UUID) -> ConnectionKeyView | None: ...
    async def find_key_holder(self, client_id: str) -> KeyHolderView | None: ...
    async def note_use(self, key_id: UUID) -> None: ...


class AuditViews(Protocol):
    """Entries of one environment, newest first, from the one after `before` on."""

    async def list_entries(
        self, environment_id: UUID, *, subject_id: UUID | None, before: UUID | None, limit: int
    ) -> list[AuditEntry]: ...


class PasswordHasher(Protocol):
    async def hash(self, password: str) -> str: ...
    async def verify(self, password: str, hashed: str | None) -> tuple[bool, str | None]:
        """Tell whether it matches, and the hash to store instead if ours got old; None costs the same time."""
        ...

    async def strength_of(self, password: str, *, known: Sequence[str]) -> PasswordStrength:
        """Estimate how soon somebody who knows `known` about the user guesses it."""
        ...


class Throttle(Protocol):
    async def attempt(self, limit: Limit, of: str) -> Verdict: ...
    async def forgive(self, limit: Limit, of: str) -> None: ...
    async def forget(self, limit: Limit, of: str) -> None: ...


class Sealer(Protocol):
    """Encrypts what must not lie readable in the database."""

    def seal(self, plain: bytes) -> bytes: ...
    def open(self, sealed: bytes) -> bytes: ...


class SecondFactor(Protocol):
    def new_secret(self) -> str: ...
    def step_of(self, secret: str, code: str) -> int | None:
        """Return the time step that `code` belongs to, or None when it is not valid now."""
        ...


class SigningKeyMaker(Protocol):
    async def make(self, *, state: KeyState, now: datetime) -> StoredSigningKey: ...


class TokenSigner(Protocol):
    async def sign(self, claims: Mapping[str, Any]) -> str: ...


class MailTransport(Protocol):
    async def send(self, mail: "OutgoingMail") -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OutgoingMail:
    """A mail to render and send. `id` makes its Message-ID, so that a mail sent twice can be told to be one."""

    id: str
    template: str
    to: str
    locale: str
    context: Mapping[str, Any]
