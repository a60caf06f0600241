"""Turns aggregates into what the other services may know of them."""

from uuid import UUID

from shared.contracts import identity as contracts

from identity.application.ports import Tx
from identity.domain.connection_key import ConnectionKey
from identity.domain.environment import Environment
from identity.domain.user import JoinedBy, User


def _environment_state(environment: Environment) -> contracts.EnvironmentState:
    return contracts.EnvironmentState(
        id=environment.id,
        name=environment.name,
        domain=environment.domain,
        shared=environment.shared,
        mode=environment.mode,
        kind=environment.kind,
        parent_id=environment.parent_id,
        created_at=environment.created_at,
    )


def _user_state(user: User) -> contracts.UserState:
    return contracts.UserState(
        id=user.id,
        environment_id=user.environment_id,
        first_name=user.first_name,
        last_name=user.last_name,
        addresses=tuple(
            contracts.Address(address=each.address, primary=each.primary, verified=each.verified_at is not None)
            for each in user.addresses
        ),
        role=user.role,
        relationship_manager=user.relationship_manager,
        status=user.status,
        locale=user.locale,
    )


def _key_state(key: ConnectionKey) -> contracts.ConnectionKeyState:
    return contracts.ConnectionKeyState(
        id=key.id,
        environment_id=key.environment_id,
        organization_id=key.organization_id,
        created_by=key.created_by,
        label=key.label,
        scopes=key.scopes,
        mode=key.mode,
        status=key.status,
        created_at=key.created_at,
        revoked_at=key.revoked_at,
    )


def announce_environment(tx: Tx, environment: Environment) -> None:
    tx.publish(
        contracts.EnvironmentCreated(state=_environment_state(environment)),
        subject=environment.id,
        environment=environment.id,
        sequence=environment.version,
    )


def announce_environment_change(tx: Tx, environment: Environment) -> None:
    event = contracts.EnvironmentChanged(state=_environment_state(environment))
    tx.publish(event, subject=environment.id, environment=environment.id, sequence=environment.version)


def announce_user(tx: Tx, user: User, *, joined_by: JoinedBy) -> None:
    event = contracts.UserRegistered(state=_user_state(user), joined_by=joined_by)
    tx.publish(event, subject=user.id, environment=user.environment_id, sequence=user.version)


def announce_invited(tx: Tx, user: User) -> None:
    event = contracts.UserInvited(state=_user_state(user))
    tx.publish(event, subject=user.id, environment=user.environment_id, sequence=user.version)


def announce_removed(tx: Tx, user: User) -> None:
    event = contracts.UserRemoved(state=_user_state(user))
    tx.publish(event, subject=user.id, environment=user.environment_id, sequence=user.version)


def announce_user_change(tx: Tx, user: User, *, changed: tuple[str, ...]) -> None:
    event = contracts.UserChanged(state=_user_state(user), changed=changed)
    tx.publish(event, subject=user.id, environment=user.environment_id, sequence=user.version)


def announce_issued(tx: Tx, key: ConnectionKey) -> None:
    event = contracts.ConnectionKeyIssued(state=_key_state(key))
    tx.publish(event, subject=key.id, environment=key.environment_id, sequence=key.version)


def announce_revoked(tx: Tx, key: ConnectionKey) -> None:
    """Tell that the key is revoked, or deleted after that: its state says which."""
    event = contracts.ConnectionKeyRevoked(state=_key_state(key))
    tx.publish(event, subject=key.id, environment=key.environment_id, sequence=key.version)


def announce_rotated(tx: Tx, key: ConnectionKey, *, replaced_by: UUID) -> None:
    event = contracts.ConnectionKeyRotated(state=_key_state(key), replaced_by=replaced_by)
    tx.publish(event, subject=key.id, environment=key.environment_id, sequence=key.version)
