"""What an environment's plan allows. An environment without an account is on Invoice Portal, the free plan, at zero."""

from dataclasses import dataclass

from .errors import PlanOrCreditRequired, SubscriptionLimit

FREE_PLAN = "invoice_portal"
FREE_PLAN_ORGANIZATIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What billing says of an environment. Any plan but the free one has everything that Basic has."""

    plan: str = FREE_PLAN
    depleted: bool = True

    def require_room(self, organizations: int) -> None:
        """Raise unless an environment with this many organizations may have another (R5.2)."""
        if self.plan == FREE_PLAN and organizations >= FREE_PLAN_ORGANIZATIONS:
            raise SubscriptionLimit(
                f"Invoice Portal allows {FREE_PLAN_ORGANIZATIONS} organizations; more need at least the Basic plan.",
                limit=FREE_PLAN_ORGANIZATIONS,
                minimum_plan="basic",
            )

    def require_receiving(self) -> None:
        """Raise unless receiving may be enabled now: at least Basic, and a balance above zero (R10.3)."""
        if self.plan == FREE_PLAN or self.depleted:
            raise PlanOrCreditRequired(minimum_plan="basic", plan=self.plan, depleted=self.depleted)
