"""Keeps what this service needs of identity's and billing's facts; the newest state wins, whatever event carried it."""

from shared.contracts.billing import AccountState
from shared.contracts.event import Contract, Envelope
from shared.contracts.identity import ConnectionKeyState, EnvironmentState, UserState

from .members import drop_memberships
from .ports import Tx


class EnvironmentCarrier(Contract):
    state: EnvironmentState


class UserCarrier(Contract):
    state: UserState


class ConnectionKeyCarrier(Contract):
    state: ConnectionKeyState


class AccountCarrier(Contract):
    state: AccountState


async def on_environment_state(event: Envelope[EnvironmentCarrier], tx: Tx) -> None:
    await tx.directory.put_environment(event.data.state, event.sequence)


async def on_user_state(event: Envelope[UserCarrier], tx: Tx) -> None:
    """Keep role, status and name; whoever left the environment leaves its organizations."""
    user = event.data.state
    is_news = await tx.directory.put_user(user, event.sequence)
    if is_news and user.status == "removed":
        await drop_memberships(user.id, tx)


async def on_connection_key_state(event: Envelope[ConnectionKeyCarrier], tx: Tx) -> None:
    await tx.directory.put_connection_key(event.data.state, event.sequence)


async def on_account_state(event: Envelope[AccountCarrier], tx: Tx) -> None:
    await tx.directory.put_account(event.data.state, event.sequence)
