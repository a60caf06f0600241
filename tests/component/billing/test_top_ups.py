"""Buying credit, from the order to the ledger."""

import asyncio
from typing import Any

import pytest
from shared.http import idempotency
from shared.ids import new_id
from support.billing import Billing
from support.billing_facts import environment_created, user_changed
from support.mollie import FakeMollie
from support.tokens import bearer


@pytest.mark.requirement("RA1.4", "RA1.1", "RA1.6")
async def test_credit_is_granted_when_the_provider_confirms_the_payment(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    opened = await customer.order("50.00")
    assert opened["status"] == "open"
    assert (opened["amount"], opened["vat"], opened["payable"]) == ("50.00", "10.50", "60.50")
    assert opened["checkoutUrl"].startswith("https://www.mollie.com/checkout/")

    assert (await billing.webhook(mollie.pay(mollie.with_reference(opened["id"])))).status_code == 200
    await billing.run_jobs()

    assert (await customer.get("balance")).json() == {
        "balance": "50.00",
        "currency": "EUR",
        "depleted": False,
        "plan": "basic",
    }
    assert await customer.types() == [
        "subscription-changed",
        "top-up-requested",
        "payment-opened",
        "payment-settled",
        "credit-granted",
        "balance-restored",
    ]
    paid = await customer.top_up(opened["id"])
    assert (paid["status"], paid["checkoutUrl"], paid["paidAt"]) == ("paid", None, "2026-11-22T16:31:00Z")
    entries = await billing.pool.fetch(
        "select e.account, e.amount_micros from ledger_entries e join ledger_transactions t on t.id = e.transaction_id "
        "where t.environment_id = $1 order by e.line",
        customer.environment,
    )
    assert [tuple(entry) for entry in entries] == [
        ("psp_clearing", -60_500_000),
        ("credit", 50_000_000),
        ("vat_payable", 10_500_000),
    ]


async def test_the_provider_is_asked_for_what_its_api_documents(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    opened = await customer.order("12.34")
    request = next(request for request in mollie.requests if opened["id"].encode() in request.content)
    body = next(body for body in mollie.created if body["metadata"]["referenceId"] == opened["id"])
    assert str(request.url) == "http://mollie.test/mollie/v2/payments"
    assert request.headers["authorization"] == "Bearer test_billing_tests"
    payment_id = body["metadata"]["paymentId"]
    assert request.headers["idempotency-key"] == payment_id
    assert body == {
        "amount": {"currency": "EUR", "value": "14.93"},
        "description": "Koerier: EUR 12.34 credit",
        "redirectUrl": f"https://localhost:8443/billing/v1/payments/{payment_id}/return",
        "webhookUrl": "https://localhost:8443/billing/v1/webhooks/mollie",
        "method": "ideal",
        "locale": "nl_NL",
        "metadata": {"paymentId": payment_id, "purpose": "top_up", "referenceId": opened["id"]},
        "sequenceType": "oneoff",
    }


@pytest.mark.requirement("RA1.7")
async def test_the_free_plan_has_no_credit_to_buy_or_to_see(billing: Billing) -> None:
    customer = await billing.customer(plan=None)
    order = await customer.post("top-ups", {"amount": "50.00", "method": "ideal"})
    answers = [
        order,
        await customer.get("balance"),
        await customer.get("transactions"),
        await customer.get(f"top-ups/{new_id()}"),
    ]
    assert [(found.status_code, found.json()["code"]) for found in answers] == [(403, "subscription_required")] * 4
    assert await customer.types() == []


BAD_ORDERS: list[Any] = [
    {},
    None,
    [],
    "50.00",
    {"amount": "50.00"},
    {"method": "ideal"},
    {"amount": None, "method": "ideal"},
    {"amount": 50.00, "method": "ideal"},
    {"amount": 50, "method": "ideal"},
    {"amount": True, "method": "ideal"},
    {"amount": ["50.00"], "method": "ideal"},
    {"amount": "50", "method": "ideal"},
    {"amount": "50.0", "method": "ideal"},
    {"amount": "50.000", "method": "ideal"},
    {"amount": "50,00", "method": "ideal"},
    {"amount": "-50.00", "method": "ideal"},
    {"amount": "+50.00", "method": "ideal"},
    {"amount": " 50.00", "method": "ideal"},
    {"amount": "50.00\n", "method": "ideal"},
    {"amount": "1e3", "method": "ideal"},
    {"amount": "NaN", "method": "ideal"},
    {"amount": "Infinity", "method": "ideal"},
    {"amount": "", "method": "ideal"},
    {"amount": "\u0665\u0660.\u0660\u0660", "method": "ideal"},
    {"amount": "9" * 400 + ".00", "method": "ideal"},
    {"amount": "050.00", "method": "ideal"},
    {"amount": "50.00", "method": 7},
    {"amount": "50.00", "method": ""},
    {"amount": "50.00", "method": "x" * 33},
    {"amount": "50.00", "method": "ideal", "environmentId": "other"},
]


@pytest.mark.parametrize("body", BAD_ORDERS)
async def test_an_order_that_cannot_be_read_is_a_problem_and_leaves_nothing(billing: Billing, body: Any) -> None:
    customer = await billing.customer()
    refused = await customer.post("top-ups", body)
    assert refused.status_code == 400, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "invalid_request"
    assert (
        await billing.pool.fetchval("select count(*) from top_ups where environment_id = $1", customer.environment) == 0
    )


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"amount":"50.00","method":"ideal"', b"null", b"\x00"])
async def test_an_order_that_is_not_json_is_a_problem(billing: Billing, content: bytes) -> None:
    customer = await billing.customer()
    headers = {**customer.token, "content-type": "application/json"}
    refused = await billing.http.post("/billing/v1/top-ups", content=content, headers=headers)
    assert refused.status_code == 400, refused.text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount": "0.00", "method": "ideal"}, "amount_refused"),
        ({"amount": "100000.01", "method": "ideal"}, "amount_refused"),
        ({"amount": "999999999.99", "method": "ideal"}, "amount_refused"),
        ({"amount": "50.00", "method": "cash"}, "method_refused"),
        ({"amount": "50.00", "method": "ideal\u0000"}, "method_refused"),
    ],
)
async def test_an_order_that_is_not_offered_is_refused(billing: Billing, body: Any, code: str) -> None:
    customer = await billing.customer()
    refused = await customer.post("top-ups", body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert await customer.types() == ["subscription-changed"]


async def test_the_smallest_and_the_largest_order_are_taken(billing: Billing) -> None:
    customer = await billing.customer()
    assert (await customer.order("0.01"))["payable"] == "0.01"
    assert (await customer.order("100000.00"))["payable"] == "121000.00"


async def test_a_repeated_order_with_its_key_is_one_order(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    body = {"amount": "50.00", "method": "ideal"}
    first = await customer.post("top-ups", body, Idempotency_Key='"once"')
    again = await customer.post("top-ups", body, Idempotency_Key="once")
    other = await customer.post("top-ups", {**body, "amount": "60.00"}, Idempotency_Key="once")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert again.headers["location"] == f"/billing/v1/top-ups/{first.json()['id']}"
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    await billing.run_jobs()
    mollie.with_reference(first.json()["id"])


@pytest.mark.requirement("RA1.2")
async def test_an_order_whose_answer_was_lost_is_the_same_order_when_it_is_repeated(
    billing: Billing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies, or loses its database, after the order is committed and before its answer is kept."""

    async def lost(*_arguments: object, **_names: object) -> None:
        raise ConnectionError

    customer = await billing.customer()
    body = {"amount": "50.00", "method": "ideal"}
    with monkeypatch.context() as broken:
        broken.setattr(idempotency._queries, "store_answer", lost)
        assert (await customer.post("top-ups", body, Idempotency_Key="k")).status_code >= 500
    await billing.pool.execute("update idempotency_keys set expires_at = now() - interval '1 s' where key = 'k'")
    again = await customer.post("top-ups", body, Idempotency_Key="k")
    assert again.status_code == 202
    orders = await billing.pool.fetch("select id from top_ups where environment_id = $1", customer.environment)
    assert [str(order["id"]) for order in orders] == [again.json()["id"]]
    assert len(await billing.published(customer.environment, "billing.top-up-requested.v1")) == 1


async def test_another_tenants_token_finds_nothing(billing: Billing) -> None:
    owner, stranger = await billing.customer(), await billing.customer()
    opened = await owner.order()
    found = await stranger.get(f"top-ups/{opened['id']}")
    assert (found.status_code, found.json()["code"]) == (404, "top_up_not_found")
    assert (await owner.get("top-ups/not-an-id")).status_code == 400


async def test_who_is_not_an_administrator_may_neither_buy_nor_see_the_balance(billing: Billing) -> None:
    customer = await billing.customer()
    colleague = new_id()
    await billing.consume(user_changed(colleague, customer.environment, role="basic"))
    token = bearer(sub=colleague, env=customer.environment)
    refused = await billing.http.post("/billing/v1/top-ups", json={"amount": "50.00", "method": "ideal"}, headers=token)
    assert (refused.status_code, refused.json()["code"]) == (403, "administrator_required")
    for path in ("balance", "transactions"):
        assert (await billing.http.get(f"/billing/v1/{path}", headers=token)).status_code == 403
    assert (await billing.http.get("/billing/v1/subscription", headers=token)).status_code == 200


async def test_an_order_right_after_registration_waits_for_the_registration_to_arrive(billing: Billing) -> None:
    environment, user = new_id(), new_id()
    token = bearer(sub=user, env=environment)
    asking = asyncio.create_task(billing.http.put("/billing/v1/subscription", json={"plan": "basic"}, headers=token))
    await asyncio.sleep(0.15)
    await billing.consume(environment_created(environment), user_changed(user, environment))
    assert (await asking).status_code == 200
