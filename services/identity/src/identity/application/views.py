"""What identity shows of itself: frozen values of the read side."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from identity.domain.connection_key import ConnectionKey
from identity.domain.environment import Kind, Mode
from identity.domain.permissions import Role
from identity.domain.user import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorView:
    """The caller as the tables know them now; `client` is the network address that asks.

    `lives`: the session or key that they act with has not ended.
    """

    user_id: UUID
    environment_id: UUID
    role: Role
    status: Status
    mode: Mode
    lives: bool
    session_id: UUID | None
    client: str = "unknown"
    only_organization: UUID | None = None
    """The organization of the connection key that they act with; it manages no other organization's keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    id: UUID
    email: str
    first_name: str
    last_name: str
    role: Role
    relationship_manager: bool
    status: Status
    locale: str
    second_factor: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentView:
    id: UUID
    name: str
    domain: str
    mode: Mode
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    user: UserView
    phone: str
    environment: EnvironmentView


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    """A picture in WebP, and what tells it from another one."""

    content: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session that has not ended; `client` and `device` are those of its last use."""

    id: UUID
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    client: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientView:
    """Where a mail to a user goes, and in which language."""

    address: str
    first_name: str
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionKeyView:
    """A key without its secret, of which only the last four characters are known."""

    id: UUID
    client_id: str
    organization_id: UUID
    created_by: UUID
    label: str
    scopes: tuple[str, ...]
    mode: str
    last4: str
    status: str
    created_at: datetime
    revoked_at: datetime | None
    replaced_by: UUID | None
    ends_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHolderView:
    """A key that is presented, and whether its creator may still act for its organization."""

    key: ConnectionKey
    creator_may: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKeyView:
    """A new key with its text: the only moment at which anybody sees it."""

    id: UUID
    client_id: str
    client_secret: str
    key: str
    organization_id: UUID
    label: str
    scopes: tuple[str, ...]
    mode: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """An access token; `refresh_token` comes with people's sessions only."""

    access_token: str
    expires_in: int
    scope: str
    refresh_token: str | None = None
