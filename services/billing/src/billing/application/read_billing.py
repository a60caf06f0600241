"""Answers questions about an environment's subscription, credit, statement and orders.

An environment without an account yet is one on the free plan: it has no credit to ask about.
"""

from collections.abc import Sequence
from uuid import UUID

from billing.application.access import Access
from billing.application.ports import Now, Views
from billing.application.views import BalanceView, SubscriptionView, TopUpView, TransactionView
from billing.domain.errors import SubscriptionRequired, TopUpNotFound
from billing.domain.plan import Plan
from billing.domain.prices import PriceList
from billing.domain.rights import Caller


async def get_subscription(caller: Caller, *, access: Access, views: Views) -> SubscriptionView:
    await access.require_member(caller)
    found = await views.find_subscription(caller.environment_id)
    return found or SubscriptionView(environment_id=caller.environment_id, plan=Plan.INVOICE_PORTAL)


async def get_balance(caller: Caller, *, access: Access, views: Views) -> BalanceView:
    """Return the credit, which is the administrators' business (platform, FA1.1)."""
    await access.require_administrator(caller)
    balance = await views.find_balance(caller.environment_id)
    if balance is None or not balance.plan.has_credit:
        raise SubscriptionRequired
    return balance


async def list_transactions(
    caller: Caller, *, after: UUID | None, limit: int, access: Access, views: Views
) -> Sequence[TransactionView]:
    """Return the statement, newest first, one line more than `limit` when there is more."""
    await get_balance(caller, access=access, views=views)
    return await views.list_transactions(caller.environment_id, after=after, limit=limit + 1)


async def get_top_up(caller: Caller, top_up_id: UUID, *, access: Access, views: Views) -> TopUpView:
    await get_balance(caller, access=access, views=views)
    top_up = await views.find_top_up(caller.environment_id, top_up_id)
    if top_up is None:
        raise TopUpNotFound
    return top_up


async def get_prices(caller: Caller, *, access: Access, views: Views, now: Now) -> PriceList:
    await access.require_member(caller)
    return (await views.price_book()).in_force(now())
