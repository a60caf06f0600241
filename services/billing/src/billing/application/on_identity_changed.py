"""identity announced an environment, a user or a connection key: billing keeps what it decides rights by.

A customer's environment gets its account here; one that is charged before this arrives got it then.
"""

from shared.contracts.event import Contract, Envelope
from shared.contracts.identity import ConnectionKeyState, EnvironmentState, UserState

from billing.application.ports import Tx, UserRow

_CUSTOMER = "customer"


class EnvironmentCarrier(Contract):
    state: EnvironmentState


class UserCarrier(Contract):
    state: UserState


class ConnectionKeyCarrier(Contract):
    state: ConnectionKeyState


async def on_environment_changed(event: Envelope[EnvironmentCarrier], tx: Tx) -> None:
    environment = event.data.state
    await tx.directory.put_environment(environment.id, parent_id=environment.parent_id, version=event.sequence)
    if environment.kind == _CUSTOMER:
        await tx.accounts.open(environment.id)


async def on_user_changed(event: Envelope[UserCarrier], tx: Tx) -> None:
    user = event.data.state
    row = UserRow(id=user.id, environment_id=user.environment_id, role=user.role, status=user.status)
    await tx.directory.put_user(row, version=event.sequence)


async def on_connection_key_changed(event: Envelope[ConnectionKeyCarrier], tx: Tx) -> None:
    key = event.data.state
    await tx.directory.put_key(key.id, environment_id=key.environment_id, status=key.status, version=event.sequence)
