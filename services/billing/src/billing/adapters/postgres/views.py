"""The read side: plain SQL through the pool into views. Every query names the environment."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from billing.adapters.postgres.prices import read_price_book
from billing.application.views import BalanceView, SubscriptionView, TopUpView, TransactionView
from billing.domain.ledger import Kind
from billing.domain.payment import PaymentStatus
from billing.domain.plan import Plan
from billing.domain.prices import PriceBook

_queries = beside(__file__)


class PostgresViews:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def find_subscription(self, environment_id: UUID) -> SubscriptionView | None:
        row = await _queries.find_account(self._pool, environment_id=environment_id)
        return SubscriptionView(environment_id=environment_id, plan=Plan(row["plan"])) if row else None

    async def find_balance(self, environment_id: UUID) -> BalanceView | None:
        row = await _queries.find_account(self._pool, environment_id=environment_id)
        if row is None:
            return None
        return BalanceView(plan=Plan(row["plan"]), balance_micros=row["balance_micros"], currency=row["currency"])

    async def list_transactions(
        self, environment_id: UUID, *, after: UUID | None, limit: int
    ) -> Sequence[TransactionView]:
        rows = _queries.list_transactions(self._pool, environment_id=environment_id, after=after, room=limit)
        return [TransactionView(**{**row, "kind": Kind(row["kind"])}) async for row in rows]

    async def find_top_up(self, environment_id: UUID, top_up_id: UUID) -> TopUpView | None:
        row = await _queries.find_top_up(self._pool, environment_id=environment_id, id=top_up_id)
        return TopUpView(**{**row, "status": PaymentStatus(row["status"])}) if row else None

    async def price_book(self) -> PriceBook:
        return await read_price_book(self._pool)
