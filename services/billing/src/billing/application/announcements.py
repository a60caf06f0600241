"""Tells others about an account. Every announcement carries the account's full state and its next version."""

from shared.contracts.billing import AccountState, BalanceDepleted, BalanceLow, BalanceRestored
from shared.contracts.event import Event

from billing.application.ports import Tx
from billing.domain.account import Account, Crossing

_EVENTS: dict[Crossing, type[BalanceDepleted | BalanceLow | BalanceRestored]] = {
    Crossing.DEPLETED: BalanceDepleted,
    Crossing.LOW: BalanceLow,
    Crossing.RESTORED: BalanceRestored,
}


def state_of(account: Account) -> AccountState:
    return AccountState(
        environment_id=account.environment_id,
        plan=account.plan.value,
        depleted=account.depleted,
        currency=account.currency,
    )


def announce(account: Account, event: Event, *, tx: Tx, traceparent: str | None = None) -> None:
    """Publish `event` about the account, which must be locked and is to be written back."""
    tx.publish(
        event,
        subject=account.environment_id,
        environment=account.environment_id,
        sequence=account.next_version(),
        traceparent=traceparent,
    )


def announce_crossings(
    account: Account, *, balance_before: int, low_below_micros: int, tx: Tx, traceparent: str | None = None
) -> None:
    """Publish what the balance crossed since `balance_before`, in the trace of the charge that did it, if one did."""
    for crossing in account.crossings_since(balance_before, low_below_micros=low_below_micros):
        event = _EVENTS[crossing](state=state_of(account), balance_micros=account.balance_micros)
        announce(account, event, tx=tx, traceparent=traceparent)
