"""What the use cases need from outside, by role. `Tx` is one open transaction as billing sees it."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.event import Event

from billing.application.views import BalanceView, SubscriptionView, TopUpView, TransactionView
from billing.domain.account import Account
from billing.domain.ledger import LedgerTransaction, RenderedService
from billing.domain.payment import Payment, ProviderPayment, Purpose
from billing.domain.prices import PriceBook, PriceList
from billing.domain.rights import Caller, Rights
from billing.domain.top_up import TopUp


class Accounts(Protocol):
    async def open(self, environment_id: UUID) -> None:
        """Create the account of an environment, unless there is one."""

    async def lock(self, environment_ids: Collection[UUID]) -> dict[UUID, Account]:
        """Return the accounts, created where missing, locked until the end of the transaction."""

    async def update(self, accounts: Collection[Account]) -> None: ...


class Ledger(Protocol):
    async def append(self, transactions: Sequence[LedgerTransaction]) -> None: ...

    async def charged(self, keys: Collection[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
        """Return those (document, service) that were charged before."""


class Prices(Protocol):
    async def book(self) -> PriceBook: ...

    async def add(self, prices: PriceList) -> None:
        """Keep a new price list; raises `PriceListExists`."""

    async def claim_unpublished(self) -> Sequence[PriceList]:
        """Return the price lists that nobody was told of, and mark them as told."""


class Payments(Protocol):
    async def add(self, payment: Payment) -> bool:
        """Keep a new payment; False when there is one with this purpose and reference."""

    async def find(self, payment_id: UUID) -> Payment | None: ...

    async def lock(self, payment_id: UUID) -> Payment | None: ...

    async def update(self, payment: Payment, *, read: bool) -> None:
        """Write what changed; `read` when this follows from reading it back."""

    async def want_read(self, provider_id: str) -> tuple[UUID | None, bool]:
        """Return the payment's id, if we know it, and whether it now needs a job (False: one waits already)."""

    async def want_refresh(self, payment_id: UUID, *, not_within: timedelta) -> bool:
        """Tell whether the open payment needs a job to read it: none waits, and it was not read a moment ago."""

    async def begin_read(self, payment_id: UUID) -> None:
        """Note that a read begins: what is told from now on needs another one."""

    async def claim_stale(self, *, not_within: timedelta, limit: int) -> Sequence[UUID]:
        """Return open payments that were not read for long and for which no job waits, and note that one will."""

    async def forget_holder(self, purpose: Purpose, reference_id: UUID) -> None: ...


class TopUps(Protocol):
    async def add(self, top_up: TopUp) -> bool:
        """Keep a new order; False when it is kept already."""

    async def get(self, top_up_id: UUID) -> TopUp: ...


class Directory(Protocol):
    """Billing's copy of what identity announced; older versions than the kept one change nothing."""

    async def put_environment(self, environment_id: UUID, *, parent_id: UUID | None, version: int) -> None: ...

    async def put_user(self, user: "UserRow", *, version: int) -> None: ...

    async def put_key(self, key_id: UUID, *, environment_id: UUID, status: str, version: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow:
    id: UUID
    environment_id: UUID
    role: str
    status: str


class Publish(Protocol):
    def __call__(
        self,
        event: Event,
        *,
        subject: UUID,
        environment: UUID,
        sequence: int = 1,
        key: str | None = None,
        traceparent: str | None = None,
    ) -> UUID: ...


class Enqueue(Protocol):
    def __call__(
        self, kind: str, payload: Mapping[str, Any], *, lane: str | None = None, delay: timedelta | None = None
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tx:
    """An open transaction. `rendered` collects what is charged together just before the commit."""

    accounts: Accounts
    ledger: Ledger
    prices: Prices
    payments: Payments
    top_ups: TopUps
    directory: Directory
    publish: Publish
    enqueue: Enqueue
    rendered: list[RenderedService]


class UnitOfWork(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[Tx]: ...


class CallerRights(Protocol):
    async def find(self, caller: Caller) -> Rights: ...


class Views(Protocol):
    """The read side. Whatever belongs to an environment is found only with that environment's id."""

    async def find_subscription(self, environment_id: UUID) -> SubscriptionView | None: ...

    async def find_balance(self, environment_id: UUID) -> BalanceView | None: ...

    async def list_transactions(
        self, environment_id: UUID, *, after: UUID | None, limit: int
    ) -> Sequence[TransactionView]: ...

    async def find_top_up(self, environment_id: UUID, top_up_id: UUID) -> TopUpView | None: ...

    async def price_book(self) -> PriceBook: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTransaction:
    """A ledger transaction as it lies in the store, not yet believed."""

    id: UUID
    environment_id: UUID
    number: int
    kind: str
    entries: Sequence[tuple[str, int]]
    balance_after_micros: int
    service: str | None
    document_id: UUID | None
    organization_id: UUID | None
    reference_id: UUID | None
    reason: str | None
    occurred_at: datetime
    hash: bytes


class LedgerAudit(Protocol):
    """The whole ledger at one moment."""

    def walk(self) -> AsyncIterator[RecordedTransaction]:
        """Yield every transaction, by environment and number."""

    async def balances(self) -> Mapping[UUID, tuple[int, int]]:
        """Return each account's balance and the number of its last transaction."""


OpenAudit = Callable[[], AbstractAsyncContextManager[LedgerAudit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """What the provider is asked for. Asking twice with the same `payment_id` makes one payment."""

    payment_id: UUID
    purpose: Purpose
    reference_id: UUID
    amount_micros: int
    currency: str
    method: str | None
    description: str


class PaymentProvider(Protocol):
    """Raises `ProviderUnavailable` for what may pass, `PaymentRefused` or `ProviderAnswerUnreadable` for the rest."""

    async def create(self, order: PaymentOrder) -> ProviderPayment: ...

    async def find(self, provider_id: str) -> ProviderPayment | None:
        """Read a payment back; None when the provider does not know it."""


Now = Callable[[], datetime]
