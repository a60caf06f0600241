"""Plans, prices and the statement over HTTP."""

from typing import Any
from uuid import UUID

import pytest
from billing.application.correct_credit import CorrectCredit
from support.billing import Billing, Customer


async def test_a_new_environment_has_an_account_on_the_free_plan_and_nobody_is_told(billing: Billing) -> None:
    customer = await billing.customer(plan=None)
    shown = await customer.get("subscription")
    assert shown.json() == {"environmentId": str(customer.environment), "plan": "invoice_portal"}
    assert await customer.types() == []
    row = await billing.pool.fetchrow("select * from accounts where environment_id = $1", customer.environment)
    assert (row["balance_micros"], row["version"]) == (0, 0)


async def test_a_change_of_plan_is_told_once_with_the_previous_one(billing: Billing) -> None:
    customer = await billing.customer(plan=None)
    for plan in ("basic", "basic", "enterprise", "invoice_portal"):
        changed = await customer.put("subscription", {"plan": plan})
        assert (changed.status_code, changed.json()["plan"]) == (200, plan)
    told = await billing.published(customer.environment, "billing.subscription-changed.v1")
    assert [(event.data["previous_plan"], event.data["state"]["plan"]) for event in told] == [
        ("invoice_portal", "basic"),
        ("basic", "enterprise"),
        ("enterprise", "invoice_portal"),
    ]
    assert [event.sequence for event in told] == [1, 2, 3]
    assert {event.data["state"]["depleted"] for event in told} == {True}


NO_PLANS: list[Any] = [
    *(None, [], "basic", {}),
    *({"plan": plan} for plan in (None, "gold", "Basic", 1, ["basic"])),
    {"plan": "basic", "credit": "1000.00"},
]


@pytest.mark.parametrize("body", NO_PLANS)
async def test_a_plan_that_does_not_exist_is_a_problem(billing: Billing, body: Any) -> None:
    customer = await billing.customer(plan=None)
    refused = await customer.put("subscription", body)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    assert (await customer.get("subscription")).json()["plan"] == "invoice_portal"


@pytest.mark.requirement("RA1.7")
async def test_credit_is_hidden_again_after_a_downgrade_but_not_lost(billing: Billing) -> None:
    customer = await with_lines(billing, 1)
    await customer.put("subscription", {"plan": "invoice_portal"})
    refused = await customer.get("balance")
    assert (refused.status_code, refused.json()["code"]) == (403, "subscription_required")
    await customer.put("subscription", {"plan": "basic"})
    assert (await customer.get("balance")).json()["balance"] == "1.00"


async def test_prices_are_those_in_force_and_were_announced_once(billing: Billing) -> None:
    customer = await billing.customer(plan=None)
    shown = (await customer.get("prices")).json()
    assert shown == {
        "currency": "EUR",
        "validFrom": "2025-01-01T00:00:00Z",
        "items": [
            {"service": "receive_einvoice", "amount": "0.341"},
            {"service": "send_einvoice", "amount": "0.171"},
            {"service": "send_manual", "amount": "0.00"},
        ],
    }
    for _ in range(3):
        await billing.application.publish_price_lists()
    (told,) = await billing.published(UUID(int=0), "billing.price-list-published.v1")
    assert (told.topic, told.key) == ("billing.prices", told.data["state"]["id"])
    assert told.data["state"]["amount_micros"] == {
        "receive_einvoice": 341_000,
        "send_einvoice": 171_000,
        "send_manual": 0,
    }


async def with_lines(billing: Billing, count: int) -> Customer:
    customer = await billing.customer()
    for _ in range(count):
        await billing.application.correct_credit(
            CorrectCredit(environment_id=customer.environment, amount_micros=1_000_000, reason="for a test")
        )
    return customer


async def test_the_statement_is_paged_newest_first_without_gaps(billing: Billing) -> None:
    customer = await with_lines(billing, 7)
    numbers: list[int] = []
    cursor: dict[str, str] = {}
    pages = 0
    while True:
        page = (await customer.get("transactions", limit=3, **cursor)).json()
        numbers += [line["number"] for line in page["items"]]
        pages += 1
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert (numbers, pages) == ([7, 6, 5, 4, 3, 2, 1], 3)


async def test_a_page_that_ends_exactly_has_no_next(billing: Billing) -> None:
    customer = await with_lines(billing, 3)
    page = (await customer.get("transactions", limit=3)).json()
    assert (len(page["items"]), page["next"]) == (3, None)


async def test_another_tenants_cursor_opens_nothing(billing: Billing) -> None:
    owner, stranger = await with_lines(billing, 3), await with_lines(billing, 3)
    cursor = (await owner.get("transactions", limit=1)).json()["next"]
    assert (await stranger.get("transactions", cursor=cursor)).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    "params",
    [{"limit": 0}, {"limit": 201}, {"limit": -1}, {"limit": "x"}, {"limit": "1e3"}, {"cursor": "!"}, {"cursor": "AAAA"},
     {"cursor": "x" * 65}, {"cursor": "\u0000"}],
)  # fmt: skip
async def test_a_page_that_cannot_be_asked_for_is_a_problem(billing: Billing, params: dict[str, Any]) -> None:
    customer = await billing.customer()
    refused = await customer.get("transactions", **params)
    assert refused.status_code == 400, refused.text


@pytest.mark.requirement("RA1.5")
async def test_there_is_no_way_to_take_money_back_over_http(billing: Billing) -> None:
    customer = await with_lines(billing, 1)
    openapi = (await billing.http.get("/billing/v1/openapi.json")).json()
    assert not [path for path in openapi["paths"] if "refund" in path or "correct" in path]
    opened = await customer.order()
    for path in ("balance", "transactions", f"top-ups/{opened['id']}"):
        answered = await billing.http.delete(f"/billing/v1/{path}", headers=customer.token)
        assert answered.status_code == 405
