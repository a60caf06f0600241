"""Billing as its entrypoints see it: every use case, bound to what it needs (`billing.bootstrap`)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from shared.database.unit_of_work import UnitOfWork
from shared.messaging.sampling import Sample
from shared.messaging.transaction import Transaction

from billing.application.change_subscription import ChangeSubscription
from billing.application.correct_credit import CorrectCredit
from billing.application.notice_payment import Notice
from billing.application.ports import Tx
from billing.application.price_lists import AddPriceList
from billing.application.request_top_up import RequestTopUp
from billing.application.verify_ledger import Verification
from billing.application.views import BalanceView, SubscriptionView, TopUpView, TransactionView
from billing.domain.payment import Outcome, PaymentStatus
from billing.domain.prices import PriceList
from billing.domain.rights import Caller


class ListTransactions(Protocol):
    async def __call__(self, caller: Caller, *, after: UUID | None, limit: int) -> Sequence[TransactionView]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When the worker does what: pauses in seconds."""

    open_pauses: Sequence[float]
    read_pauses: Sequence[float]
    reconcile_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """`uow` is for consumers, `pool` for the answers kept per Idempotency-Key; a worker takes the `samples`."""

    uow: UnitOfWork[Transaction, Tx]
    pool: Any
    schedule: Schedule
    get_subscription: Callable[[Caller], Awaitable[SubscriptionView]]
    change_subscription: Callable[[ChangeSubscription], Awaitable[SubscriptionView]]
    get_balance: Callable[[Caller], Awaitable[BalanceView]]
    list_transactions: ListTransactions
    get_prices: Callable[[Caller], Awaitable[PriceList]]
    request_top_up: Callable[[RequestTopUp], Awaitable[TopUpView]]
    get_top_up: Callable[[Caller, UUID], Awaitable[TopUpView]]
    open_payment: Callable[[UUID], Awaitable[None]]
    give_up_payment: Callable[[UUID], Awaitable[None]]
    read_payment: Callable[[UUID], Awaitable[Outcome]]
    notice_payment: Callable[[str], Awaitable[Notice]]
    notice_return: Callable[[UUID], Awaitable[PaymentStatus]]
    reconcile_payments: Callable[[], Awaitable[int]]
    publish_price_lists: Callable[[], Awaitable[int]]
    add_price_list: Callable[[AddPriceList], Awaitable[UUID]]
    correct_credit: Callable[[CorrectCredit], Awaitable[int]]
    verify_ledger: Callable[[], Awaitable[Verification]]
    samples: Sequence[Sample]
