"""Step 5: both companies choose the Basic plan and buy EUR 50.00 of credit (EUR 60.50 with VAT) by iDEAL."""

from decimal import Decimal
from typing import Any

from koerier.demo.narrator import Narrator
from koerier.demo.platform import Platform, eventually
from koerier.demo.story import Company, Story

CREDIT = Decimal("50.00")
PAYABLE = Decimal("60.50")


async def buy_credit(story: Story, platform: Platform, narrator: Narrator) -> None:
    for company in (story.supplier, story.buyer):
        await _buy(company, platform, narrator)


async def balance_of(company: Company, platform: Platform) -> Decimal:
    found = await platform.expect(200, "GET", "/billing/v1/balance", token=company.administrator.token)
    return Decimal(found["balance"])


async def _buy(company: Company, platform: Platform, narrator: Narrator) -> None:
    token = company.administrator.token
    refused = await platform.call(
        "POST", "/billing/v1/top-ups", token=token, json={"amount": str(CREDIT), "method": "ideal"}
    )
    narrator.check("credit needs a plan first", refused.code == "subscription_required", refused.body)
    await platform.expect(200, "PUT", "/billing/v1/subscription", token=token, json={"plan": "basic"})
    top_up = await platform.expect(
        202, "POST", "/billing/v1/top-ups", token=token, json={"amount": str(CREDIT), "method": "ideal"}
    )
    path = f"/billing/v1/top-ups/{top_up['id']}"

    async def checkout() -> dict[str, Any] | None:
        found: dict[str, Any] = await platform.expect(200, "GET", path, token=token)
        return found if found.get("checkoutUrl") else None

    opened = await eventually(checkout, "the top-up's payment page")
    narrator.check("EUR 50.00 costs EUR 60.50 with VAT", Decimal(opened["payable"]) == PAYABLE, opened)
    await platform.pay(opened["checkoutUrl"], holder=company.name)

    async def granted() -> Decimal | None:
        balance = await balance_of(company, platform)
        return balance if balance > 0 else None

    balance = await eventually(granted, f"{company.name}'s credit")
    narrator.check(f"{company.name} has EUR 50.00 of credit", balance == CREDIT, balance)
