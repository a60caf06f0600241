"""Step 3: each company proves who it is with a payment of EUR 0.01. The buyer first pays from a strange account."""

from typing import Any

import pyotp

from koerier.demo.narrator import Narrator
from koerier.demo.platform import Platform, eventually
from koerier.demo.steps.register import sign_in
from koerier.demo.story import Company, Story


async def activate(story: Story, platform: Platform, narrator: Narrator, *, operator: dict[str, str]) -> None:
    await _pay(story.supplier, platform, holder=story.supplier.name)
    status = await _status_other_than(story.supplier, platform, "activation_pending_payment")
    narrator.check("the supplier pays from its own account and is active", status == "active", status)

    await _pay(story.buyer, platform, holder="Somebody Else Holding")
    status = await _status_other_than(story.buyer, platform, "activation_pending_payment")
    narrator.check("a payment from a differently named account goes to review", status == "manual_review", status)
    again = await platform.call("POST", _activation(story.buyer), token=story.buyer.administrator.token)
    narrator.check("trying again meanwhile is refused", again.code == "review_in_progress", again.body)
    await _review(story, platform, narrator, operator)


def _activation(company: Company) -> str:
    return f"/organizations/v1/organizations/{company.organization_id}/activation"


async def _pay(company: Company, platform: Platform, *, holder: str) -> None:
    token = company.administrator.token
    await platform.expect(202, "POST", _activation(company), token=token)

    async def checkout() -> str | None:
        found: dict[str, Any] = await platform.expect(200, "GET", _activation(company), token=token)
        return found.get("checkoutUrl")

    await platform.pay(await eventually(checkout, f"the payment page of {company.name}"), holder=holder)


async def _status_other_than(company: Company, platform: Platform, waiting: str) -> str:
    async def status() -> str | None:
        found = await platform.expect(200, "GET", _activation(company), token=company.administrator.token)
        return str(found["status"]) if found["status"] != waiting else None

    return await eventually(status, f"the outcome of {company.name}'s payment")


async def _review(story: Story, platform: Platform, narrator: Narrator, operator: dict[str, str]) -> None:
    story.operator.email = operator["email"]
    await sign_in(
        story.operator, platform, totp=pyotp.TOTP(operator["totpSecret"]).now(), password=operator["password"]
    )
    reviews_path = "/organizations/v1/operator/reviews"
    denied = await platform.call("GET", reviews_path, token=story.buyer.administrator.token)
    narrator.check("only operators see reviews", denied.status == 403, denied.body)  # noqa: PLR2004

    async def review() -> dict[str, Any] | None:
        answer = await platform.call("GET", reviews_path, token=story.operator.token)
        items = answer.body["items"] if answer.status == 200 else []  # noqa: PLR2004
        return next((item for item in items if item["organizationId"] == story.buyer.organization_id), None)

    await eventually(review, "the review to reach the operator")
    decision = f"{reviews_path}/{story.buyer.organization_id}/approval"
    silent = await platform.call("POST", decision, token=story.operator.token, json={"reason": ""})
    narrator.check("a decision without a reason is refused", silent.status in {400, 422}, silent.body)
    await platform.expect(
        200, "POST", decision, token=story.operator.token, json={"reason": "Extract of the register was shown."}
    )
    status = await _status_other_than(story.buyer, platform, "manual_review")
    narrator.check("the operator approves and the buyer is active", status == "active", status)
