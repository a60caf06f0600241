"""Events of identity: environments, users and connection keys (docs/events.md)."""

from datetime import datetime
from uuid import UUID

from . import topics
from .event import Contract, Event


class EnvironmentState(Contract):
    """A tenant. `mode` is `live` or `test`; `kind` is `customer` or `operator`."""

    id: UUID
    name: str
    domain: str
    shared: bool
    mode: str
    kind: str = "customer"
    parent_id: UUID | None = None
    created_at: datetime


class Address(Contract):
    """An e-mail address of a user; only a verified one may log in or submit mail."""

    address: str
    primary: bool
    verified: bool


class UserState(Contract):
    """A person.

    `role` is `basic`, `advanced`, `administrator` or `operator`; `status` is `invited`, `active`, `blocked` or
    `removed`.
    """

    id: UUID
    environment_id: UUID
    first_name: str
    last_name: str
    addresses: tuple[Address, ...]
    role: str
    relationship_manager: bool = False
    status: str
    locale: str = "nl"


class ConnectionKeyState(Contract):
    """A key of one organization for one software package, never with its secret.

    `status` is `active`, `revoked` or `deleted`.
    """

    id: UUID
    environment_id: UUID
    organization_id: UUID
    created_by: UUID
    label: str
    scopes: tuple[str, ...]
    mode: str
    status: str
    created_at: datetime
    revoked_at: datetime | None = None


class EnvironmentCreated(Event):
    type = "identity.environment-created.v1"
    topic = topics.IDENTITY_ENVIRONMENTS
    state: EnvironmentState


class EnvironmentChanged(Event):
    type = "identity.environment-changed.v1"
    topic = topics.IDENTITY_ENVIRONMENTS
    state: EnvironmentState


class UserInvited(Event):
    """An administrator added a user, who is to follow the link that was mailed to them."""

    type = "identity.user-invited.v1"
    topic = topics.IDENTITY_USERS
    state: UserState


class UserRegistered(Event):
    """A person completed registration.

    `joined_by` is `founded` (first of a new environment), `domain`, `invitation` or `command`.
    """

    type = "identity.user-registered.v1"
    topic = topics.IDENTITY_USERS
    state: UserState
    joined_by: str


class UserChanged(Event):
    """Role, block or addresses changed; `changed` names the fields."""

    type = "identity.user-changed.v1"
    topic = topics.IDENTITY_USERS
    state: UserState
    changed: tuple[str, ...]


class UserRemoved(Event):
    """A user left the environment; what they did remains, who they were is gone from the state."""

    type = "identity.user-removed.v1"
    topic = topics.IDENTITY_USERS
    state: UserState


class ConnectionKeyIssued(Event):
    type = "identity.connection-key-issued.v1"
    topic = topics.IDENTITY_CONNECTION_KEYS
    state: ConnectionKeyState


class ConnectionKeyRotated(Event):
    """A new pair replaced this key: this one is revoked, `replaced_by` is the new key's id."""

    type = "identity.connection-key-rotated.v1"
    topic = topics.IDENTITY_CONNECTION_KEYS
    state: ConnectionKeyState
    replaced_by: UUID


class ConnectionKeyRevoked(Event):
    type = "identity.connection-key-revoked.v1"
    topic = topics.IDENTITY_CONNECTION_KEYS
    state: ConnectionKeyState
