"""The plan of the caller's environment."""

from fastapi import APIRouter

from billing.application.change_subscription import ChangeSubscription
from billing.entrypoints.http.dependencies import App, Changer, Reader
from billing.entrypoints.http.problems import problems
from billing.entrypoints.http.schemas import SubscriptionAnswer, SubscriptionBody

router = APIRouter(tags=["subscription"])


@router.get("/subscription", operation_id="getSubscription", responses=problems(400, 401, 403, 503))
async def get_subscription(app: App, caller: Reader) -> SubscriptionAnswer:
    """Show the plan."""
    return SubscriptionAnswer.of(await app.get_subscription(caller))


@router.put("/subscription", operation_id="changeSubscription", responses=problems(400, 401, 403, 503))
async def change_subscription(app: App, caller: Changer, body: SubscriptionBody) -> SubscriptionAnswer:
    """Choose a plan. Administrators only, in person."""
    return SubscriptionAnswer.of(await app.change_subscription(ChangeSubscription(caller=caller, plan=body.plan)))
