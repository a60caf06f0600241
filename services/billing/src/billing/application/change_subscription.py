"""Chooses the plan of an environment. Choosing the present one again changes and announces nothing."""

from dataclasses import dataclass

from shared.contracts.billing import SubscriptionChanged

from billing.application.access import Access
from billing.application.announcements import announce, state_of
from billing.application.ports import UnitOfWork
from billing.application.views import SubscriptionView
from billing.domain.plan import Plan
from billing.domain.rights import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSubscription:
    caller: Caller
    plan: Plan


async def change_subscription(cmd: ChangeSubscription, *, access: Access, uow: UnitOfWork) -> SubscriptionView:
    await access.require_administrator_in_person(cmd.caller)
    environment_id = cmd.caller.environment_id
    async with uow() as tx:
        account = (await tx.accounts.lock([environment_id]))[environment_id]
        previous = account.change_plan(cmd.plan)
        if previous is not None:
            announce(account, SubscriptionChanged(state=state_of(account), previous_plan=previous.value), tx=tx)
            await tx.accounts.update([account])
    return SubscriptionView(environment_id=environment_id, plan=account.plan)
