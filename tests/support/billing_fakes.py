"""Billing's ports in memory: what a use case would find in the database, without one.

The database's refusals that the domain relies on are copied: a (document, service) is charged once, a reference is paid
once. Nothing is rolled back: a use case that fails leaves what it had done, so tests of failures look at what was
raised.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from billing.application.ports import PaymentOrder, RecordedTransaction, Tx, UserRow
from billing.domain.account import Account
from billing.domain.errors import PriceListExists, TopUpNotFound
from billing.domain.ledger import Kind, LedgerTransaction
from billing.domain.payment import AccountHolder, Payment, PaymentStatus, ProviderPayment, Purpose
from billing.domain.prices import PriceBook, PriceList
from billing.domain.top_up import CreditTerms, TopUp
from shared.contracts.event import Event
from shared.ids import new_id

FIRST_PRICES = PriceList(
    id=UUID(int=1),
    valid_from=datetime(2025, 1, 1, tzinfo=UTC),
    currency="EUR",
    amount_micros={"send_einvoice": 171_000, "receive_einvoice": 341_000, "send_manual": 0},
)
TERMS = CreditTerms(
    vat_basis_points=2100,
    minimum_micros=10_000,
    maximum_micros=100_000_000_000,
    methods=frozenset({"ideal"}),
    low_below_micros=5_000_000,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A published event."""

    event: Event
    subject: UUID
    environment: UUID
    sequence: int = 1
    traceparent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueued:
    kind: str
    payload: Mapping[str, Any]
    lane: str | None


@dataclass(slots=True)
class MemoryAccounts:
    rows: dict[UUID, Account] = field(default_factory=dict)

    async def open(self, environment_id: UUID) -> None:
        self.rows.setdefault(environment_id, Account(environment_id=environment_id))

    async def lock(self, environment_ids: Collection[UUID]) -> dict[UUID, Account]:
        for environment_id in environment_ids:
            await self.open(environment_id)
        return {environment_id: deepcopy(self.rows[environment_id]) for environment_id in environment_ids}

    async def update(self, accounts: Collection[Account]) -> None:
        self.rows.update({account.environment_id: deepcopy(account) for account in accounts})


@dataclass(slots=True)
class MemoryLedger:
    rows: list[LedgerTransaction] = field(default_factory=list)

    async def append(self, transactions: Sequence[LedgerTransaction]) -> None:
        for transaction in transactions:
            assert _once(transaction) not in {_once(row) for row in self.rows}, "charged or settled twice"
            self.rows.append(transaction)

    async def charged(self, keys: Collection[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
        return {
            (row.posting.document_id, row.posting.service)
            for row in self.rows
            if row.posting.document_id and row.posting.service
        } & set(keys)

    def of(self, environment_id: UUID) -> list[LedgerTransaction]:
        return [row for row in self.rows if row.environment_id == environment_id]


def _once(row: LedgerTransaction) -> tuple[Any, ...]:
    posting = row.posting
    if posting.kind is Kind.CHARGE:
        return (posting.kind, posting.document_id, posting.service)
    return (posting.kind, posting.reference_id)


@dataclass(slots=True)
class MemoryPrices:
    rows: list[PriceList] = field(default_factory=lambda: [FIRST_PRICES])
    told: set[UUID] = field(default_factory=set)

    async def book(self) -> PriceBook:
        return PriceBook(self.rows)

    async def add(self, prices: PriceList) -> None:
        if any(row.valid_from == prices.valid_from for row in self.rows):
            raise PriceListExists
        self.rows.append(prices)

    async def claim_unpublished(self) -> Sequence[PriceList]:
        fresh = [row for row in self.rows if row.id not in self.told]
        self.told |= {row.id for row in fresh}
        return fresh


@dataclass(slots=True)
class MemoryPayments:
    rows: dict[UUID, Payment] = field(default_factory=dict)
    waiting: set[UUID] = field(default_factory=set)

    async def add(self, payment: Payment) -> bool:
        asked = (payment.purpose, payment.reference_id)
        if any((row.purpose, row.reference_id) == asked for row in self.rows.values()):
            return False
        self.rows[payment.id] = deepcopy(payment)
        return True

    async def find(self, payment_id: UUID) -> Payment | None:
        return deepcopy(self.rows.get(payment_id))

    async def lock(self, payment_id: UUID) -> Payment | None:
        return await self.find(payment_id)

    async def update(self, payment: Payment, *, read: bool) -> None:
        del read
        self.rows[payment.id] = deepcopy(payment)

    async def want_read(self, provider_id: str) -> tuple[UUID | None, bool]:
        for row in self.rows.values():
            if row.provider_id == provider_id:
                return row.id, self._wait_for(row.id)
        return None, False

    async def want_refresh(self, payment_id: UUID, *, not_within: timedelta) -> bool:
        del not_within
        return self.rows[payment_id].status is PaymentStatus.OPEN and self._wait_for(payment_id)

    async def begin_read(self, payment_id: UUID) -> None:
        self.waiting.discard(payment_id)

    async def claim_stale(self, *, not_within: timedelta, limit: int) -> Sequence[UUID]:
        del not_within
        stale = [row.id for row in self.rows.values() if row.status is PaymentStatus.OPEN]
        return [payment_id for payment_id in stale[:limit] if self._wait_for(payment_id)]

    async def forget_holder(self, purpose: Purpose, reference_id: UUID) -> None:
        for row in self.rows.values():
            if (row.purpose, row.reference_id) == (purpose, reference_id):
                row.holder = AccountHolder(fingerprint=row.holder.fingerprint, last4=row.holder.last4)

    def _wait_for(self, payment_id: UUID) -> bool:
        fresh = payment_id not in self.waiting
        self.waiting.add(payment_id)
        return fresh


@dataclass(slots=True)
class MemoryTopUps:
    rows: dict[UUID, TopUp] = field(default_factory=dict)

    async def add(self, top_up: TopUp) -> bool:
        return self.rows.setdefault(top_up.id, top_up) is top_up

    async def get(self, top_up_id: UUID) -> TopUp:
        if top_up_id not in self.rows:
            raise TopUpNotFound
        return self.rows[top_up_id]


@dataclass(slots=True)
class MemoryDirectory:
    versions: dict[UUID, int] = field(default_factory=dict)

    async def put_environment(self, environment_id: UUID, *, parent_id: UUID | None, version: int) -> None:
        del parent_id
        self.versions[environment_id] = version

    async def put_user(self, user: UserRow, *, version: int) -> None:
        self.versions[user.id] = version

    async def put_key(self, key_id: UUID, *, environment_id: UUID, status: str, version: int) -> None:
        del environment_id, status
        self.versions[key_id] = version


@dataclass(slots=True)
class MemoryBilling:
    """A unit of work that every call of it shares."""

    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    prices: MemoryPrices = field(default_factory=MemoryPrices)
    payments: MemoryPayments = field(default_factory=MemoryPayments)
    top_ups: MemoryTopUps = field(default_factory=MemoryTopUps)
    directory: MemoryDirectory = field(default_factory=MemoryDirectory)
    told: list[Told] = field(default_factory=list)
    jobs: list[Enqueued] = field(default_factory=list)

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Tx]:
        yield self.tx()

    def tx(self) -> Tx:
        return Tx(
            accounts=self.accounts,
            ledger=self.ledger,
            prices=self.prices,
            payments=self.payments,
            top_ups=self.top_ups,
            directory=self.directory,
            publish=self._publish,
            enqueue=self._enqueue,
            rendered=[],
        )

    def of_type(self, event: type[Event], environment: UUID | None = None) -> list[Any]:
        return [
            told.event
            for told in self.told
            if isinstance(told.event, event) and environment in (None, told.environment)
        ]

    def _publish(self, event: Event, *, key: str | None = None, **where: Any) -> UUID:
        assert key is None, "billing's keys are its subjects"
        self.told.append(Told(event=event, **where))
        return new_id()

    def _enqueue(
        self, kind: str, payload: Mapping[str, Any], *, lane: str | None = None, delay: timedelta | None = None
    ) -> None:
        assert delay is None
        self.jobs.append(Enqueued(kind=kind, payload=payload, lane=lane))

    @asynccontextmanager
    async def audit(self) -> AsyncIterator["MemoryBilling"]:
        yield self

    async def walk(self) -> AsyncIterator[RecordedTransaction]:
        for row in sorted(self.ledger.rows, key=lambda row: (row.environment_id, row.number)):
            posting = row.posting
            yield RecordedTransaction(
                id=row.id,
                environment_id=row.environment_id,
                number=row.number,
                kind=posting.kind.value,
                entries=[(entry.account.value, entry.amount_micros) for entry in posting.entries],
                balance_after_micros=row.balance_after_micros,
                service=posting.service,
                document_id=posting.document_id,
                organization_id=posting.organization_id,
                reference_id=posting.reference_id,
                reason=posting.reason,
                occurred_at=posting.occurred_at,
                hash=row.hash,
            )

    async def balances(self) -> Mapping[UUID, tuple[int, int]]:
        return {
            account.environment_id: (account.balance_micros, account.ledger_number)
            for account in self.accounts.rows.values()
        }


@dataclass(slots=True)
class MemoryProvider:
    """A payment provider that shows what the test puts into `shown`."""

    shown: dict[str, ProviderPayment] = field(default_factory=dict)
    orders: list[PaymentOrder] = field(default_factory=list)

    async def create(self, order: PaymentOrder) -> ProviderPayment:
        self.orders.append(order)
        payment = ProviderPayment(
            provider_id=f"tr_{order.payment_id.hex}",
            payment_id=str(order.payment_id),
            status="open",
            amount_micros=order.amount_micros,
            currency=order.currency,
            checkout_url="https://pay.example/checkout",
        )
        return self.shown.setdefault(payment.provider_id, payment)

    async def find(self, provider_id: str) -> ProviderPayment | None:
        return self.shown.get(provider_id)
