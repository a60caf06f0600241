"""Charges services that were rendered: a whole batch in a handful of statements, whatever its size.

Each (document, service) is charged once, at the price in force when it was rendered. The accounts are locked first, so
that what was charged before is known and balances follow each other; the unique index is the last guard. A service
without a price fails the batch: the consumer then finds the one record and parks it.
"""

from collections.abc import Sequence
from uuid import UUID

from shared.contracts.billing import ChargeBooked
from shared.ids import new_id

from billing.application.announcements import announce_crossings
from billing.application.ports import Tx
from billing.domain.account import Account
from billing.domain.ledger import LedgerTransaction, RenderedService, charge
from billing.domain.prices import PriceBook


async def book_charges(tx: Tx, *, low_below_micros: int) -> None:
    """Book what the transaction collected in `rendered`; with nothing collected, do nothing."""
    if not tx.rendered:
        return
    distinct = {rendered.key: rendered for rendered in tx.rendered}
    tx.rendered.clear()
    accounts = await tx.accounts.lock({rendered.environment_id for rendered in distinct.values()})
    known = await tx.ledger.charged(distinct.keys())
    fresh = [rendered for key, rendered in distinct.items() if key not in known]
    if not fresh:
        return
    await _book(fresh, accounts, tx=tx, low_below_micros=low_below_micros)


async def _book(
    fresh: Sequence[RenderedService], accounts: dict[UUID, Account], *, tx: Tx, low_below_micros: int
) -> None:
    prices = await tx.prices.book()
    before = {account.environment_id: account.balance_micros for account in accounts.values()}
    transactions = []
    last = {rendered.environment_id: rendered for rendered in fresh}
    for rendered in fresh:
        transaction = _charge(accounts[rendered.environment_id], rendered, prices)
        transactions.append(transaction)
        _announce(transaction, rendered, tx=tx, currency=accounts[rendered.environment_id].currency)
    await tx.ledger.append(transactions)
    for environment, rendered in last.items():
        announce_crossings(
            accounts[environment],
            balance_before=before[environment],
            low_below_micros=low_below_micros,
            tx=tx,
            traceparent=rendered.traceparent,
        )
    await tx.accounts.update(accounts.values())


def _charge(account: Account, rendered: RenderedService, prices: PriceBook) -> LedgerTransaction:
    price = prices.price_micros(rendered.service, at=rendered.rendered_at)
    return account.post(charge(rendered, price_micros=price), transaction_id=new_id())


def _announce(transaction: LedgerTransaction, rendered: RenderedService, *, tx: Tx, currency: str) -> None:
    tx.publish(
        ChargeBooked(
            charge_id=transaction.id,
            service=rendered.service,
            document_id=rendered.document_id,
            organization_id=rendered.organization_id,
            amount_micros=-transaction.posting.credit_micros,
            currency=currency,
            rendered_at=rendered.rendered_at,
        ),
        subject=transaction.id,
        environment=rendered.environment_id,
        traceparent=rendered.traceparent,
    )
