"""Buying credit, from the order to the ledger."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from shared.ids import new_id
from support.billing import Billing, environment_created, user_changed
from support.mollie import FakeMollie, answer
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


async def test_another_tenants_token_finds_nothing(billing: Billing) -> None:
    owner, stranger = await billing.customer(), await billing.customer()
    opened = await owner.order()
    found = await stranger.get(f"top-ups/{opened['id']}")
    assert (found.status_code, found.json()["code"]) == (404, "top_up_not_found")
    assert (await owner.get("top-ups/not-an-id")).status_code == 400


async def test_who_is_not_an_administrator_may_look_but_not_buy(billing: Billing) -> None:
    customer = await billing.customer()
    colleague = new_id()
    await billing.consume(user_changed(colleague, customer.environment, role="basic"))
    token = bearer(sub=colleague, env=customer.environment)
    refused = await billing.http.post("/billing/v1/top-ups", json={"amount": "50.00", "method": "ideal"}, headers=token)
    assert (refused.status_code, refused.json()["code"]) == (403, "administrator_required")
    assert (await billing.http.get("/billing/v1/balance", headers=token)).status_code == 200


@pytest.mark.requirement("R5.15")
async def test_a_payment_told_many_times_at_once_grants_credit_once(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    provider_id = mollie.pay(mollie.with_reference(opened["id"]))
    for _ in range(3):
        answers = await asyncio.gather(*(billing.webhook(provider_id) for _ in range(5)))
        assert {found.status_code for found in answers} == {200}
        await billing.run_jobs()
    assert await billing.balance_micros(customer.environment) == 50_000_000
    assert (await customer.types()).count("credit-granted") == 1
    assert (await customer.types()).count("payment-settled") == 1


@pytest.mark.requirement("R5.15")
async def test_the_same_payment_read_by_two_workers_at_once_grants_credit_once(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    mollie.pay(mollie.with_reference(opened["id"]))
    payment_id = await payment_of(billing, opened["id"])
    outcomes = await asyncio.gather(*(billing.application.read_payment(payment_id) for _ in range(6)))
    assert sorted(outcomes) == ["settled", *["unchanged"] * 5]
    assert await billing.balance_micros(customer.environment) == 50_000_000


@pytest.mark.requirement("R5.14")
@pytest.mark.parametrize("end", ["canceled", "expired", "failed"])
async def test_a_payment_that_ends_unpaid_grants_nothing_until_money_comes_after_all(
    billing: Billing, mollie: FakeMollie, end: str
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    payment = mollie.with_reference(opened["id"])
    await billing.webhook(mollie.end(payment, end))
    await billing.run_jobs()
    assert (await customer.top_up(opened["id"]))["status"] == end
    (failed,) = await billing.published(customer.environment, "billing.payment-failed.v1")
    assert (failed.data["reason"], failed.data["reference_id"]) == (end, opened["id"])
    assert await billing.balance_micros(customer.environment) == 0

    await billing.webhook(mollie.pay(payment))
    await billing.run_jobs()
    assert await billing.balance_micros(customer.environment) == 50_000_000
    versions = [
        event.sequence
        for event in await billing.published(customer.environment)
        if event.data.get("payment_id") == failed.data["payment_id"]
    ]
    assert versions == [1, 2, 3]


async def test_a_webhook_that_claims_more_than_the_provider_says_changes_nothing(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    await billing.webhook(mollie.with_reference(opened["id"])["id"])
    await billing.run_jobs()
    assert (await customer.top_up(opened["id"]))["status"] == "open"
    assert await billing.balance_micros(customer.environment) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"value": "0.01", "currency": "EUR"}},
        {"amount": {"value": "60.50", "currency": "USD"}},
        {"metadata": {"paymentId": "01a207c3-1973-73d5-9b9a-2577ccb6d234"}},
        {"metadata": None},
        {"metadata": "text"},
    ],
)
async def test_a_payment_that_is_not_what_was_asked_is_flagged_and_not_granted(
    billing: Billing, mollie: FakeMollie, change: dict[str, Any]
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    payment = mollie.with_reference(opened["id"])
    mollie.pay(payment)
    payment.update(change)
    for _ in range(2):
        await billing.webhook(payment["id"])
        await billing.run_jobs()
    assert (await customer.top_up(opened["id"]))["status"] == "mismatched"
    assert await billing.balance_micros(customer.environment) == 0
    assert (await customer.types())[-1] == "payment-failed"
    assert "payment-settled" not in await customer.types()


async def test_a_chargeback_is_noted_and_takes_nothing_by_itself(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    payment = mollie.with_reference(opened["id"])
    for change in ({}, {"amountChargedBack": {"value": "60.50", "currency": "EUR"}}, {}):
        mollie.pay(payment)
        payment.update(change)
        await billing.webhook(payment["id"])
        await billing.run_jobs()
    noted = await billing.pool.fetchval(
        "select charged_back_micros from payments where reference_id = $1", UUID(opened["id"])
    )
    assert noted == 60_500_000
    assert await billing.balance_micros(customer.environment) == 50_000_000


@pytest.mark.parametrize("status", [500, 503, 429, 401])
async def test_a_provider_that_is_down_for_a_moment_delays_the_order_only(
    billing: Billing, mollie: FakeMollie, status: int
) -> None:
    customer = await billing.customer()
    calls: list[int] = []

    def down_once(request: Any) -> Any:
        calls.append(1)
        return answer(status)(request) if len(calls) == 1 else None

    mollie.fail = down_once
    opened = await customer.order()
    assert (opened["status"], len(calls)) == ("open", 2)


async def test_a_provider_that_stays_away_fails_the_payment(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    mollie.fail = answer(503)
    asked_before = len(mollie.requests)
    failed = await customer.order()
    assert (failed["status"], failed["checkoutUrl"]) == ("failed", None)
    assert len(mollie.requests) == asked_before + 3
    (event,) = await billing.published(customer.environment, "billing.payment-failed.v1")
    assert (event.data["purpose"], event.data["reason"]) == ("top_up", "failed")


@pytest.mark.parametrize(
    "failure",
    [
        answer(
            422, {"status": 422, "title": "Unprocessable Entity", "detail": "The amount is too high", "field": "amount"}
        ),
        answer(400, ["not", "an", "object"]),
        answer(302),
        answer(201, {"id": "tr_1"}),
        answer(201, []),
        answer(201, {"id": "tr_x", "status": "open", "amount": {"value": "1.00", "currency": "EUR"}}),
    ],
)
async def test_a_provider_that_refuses_or_talks_nonsense_fails_the_payment_at_once(
    billing: Billing, mollie: FakeMollie, failure: Any
) -> None:
    customer = await billing.customer()
    mollie.fail = failure
    asked_before = len(mollie.requests)
    assert (await customer.order())["status"] == "failed"
    assert len(mollie.requests) == asked_before + 1


async def test_a_crash_between_the_provider_and_the_database_makes_no_second_payment(
    billing: Billing, mollie: FakeMollie, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await billing.customer()
    with monkeypatch.context() as broken:
        broken.setattr("billing.domain.payment.Payment.open", _crash)
        ordered = await customer.post("top-ups", {"amount": "50.00", "method": "ideal"})
        assert await billing.runner._step() == 1
        await asyncio.gather(*billing.runner._tasks)
    await billing.run_jobs()
    assert (await customer.top_up(ordered.json()["id"]))["status"] == "open"
    mollie.with_reference(ordered.json()["id"])


def _crash(*_: Any, **__: Any) -> None:
    raise RuntimeError("the process dies here")


async def test_an_open_payment_whose_webhook_got_lost_is_read_by_the_clock(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    mollie.pay(mollie.with_reference(opened["id"]))
    payment_id = await payment_of(billing, opened["id"])
    await billing.application.reconcile_payments()
    await billing.run_jobs()
    assert await billing.balance_micros(customer.environment) == 0, "it was opened a moment ago"

    await billing.pool.execute(
        "update payments set opened_at = now() - interval '61 seconds' where id = $1", payment_id
    )
    assert await billing.application.reconcile_payments() == 1
    assert await billing.application.reconcile_payments() == 0, "a job waits already"
    await billing.run_jobs()
    assert await billing.balance_micros(customer.environment) == 50_000_000


async def test_a_payment_that_the_provider_forgot_expires_when_its_time_is_over(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    payment_id = await payment_of(billing, opened["id"])
    mollie.forget(mollie.with_reference(opened["id"]))
    await billing.pool.execute("update payments set expires_at = $2 where id = $1", payment_id, billing.clock.now())
    assert await billing.application.read_payment(payment_id) == "unchanged"
    billing.clock.advance(timedelta(minutes=16))
    assert await billing.application.read_payment(payment_id) == "ended"
    assert (await customer.top_up(opened["id"]))["status"] == "expired"


async def test_the_account_number_is_kept_as_a_fingerprint_and_four_characters(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    await billing.webhook(mollie.pay(mollie.with_reference(opened["id"]), account="NL55 INGB 0001 2345 67"))
    await billing.run_jobs()
    row = await billing.pool.fetchrow("select * from payments where reference_id = $1", UUID(opened["id"]))
    assert row["account_last4"] == "4567"
    assert len(row["account_fingerprint"]) == 32
    assert "INGB000123" not in str(dict(row))
    outbox = await billing.pool.fetchval("select string_agg(convert_from(payload, 'UTF8'), '') from outbox")
    assert "INGB000123" not in outbox


async def test_an_order_right_after_registration_waits_for_the_registration_to_arrive(billing: Billing) -> None:
    environment, user = new_id(), new_id()
    token = bearer(sub=user, env=environment)
    asking = asyncio.create_task(billing.http.put("/billing/v1/subscription", json={"plan": "basic"}, headers=token))
    await asyncio.sleep(0.15)
    await billing.consume(environment_created(environment), user_changed(user, environment))
    assert (await asking).status_code == 200


async def payment_of(billing: Billing, top_up_id: str) -> UUID:
    payment_id = await billing.pool.fetchval("select id from payments where reference_id = $1", UUID(top_up_id))
    assert isinstance(payment_id, UUID)
    return payment_id
