"""The payment provider's API: creation, refusal, replay, the bank's page, webhooks in every order, outages."""

import re
from typing import Any

import httpx2
import pytest

from .conftest import FAST_MOLLIE, Platform, running_sandbox, until

KEY = {"Authorization": "Bearer test_sandboxKoerier0000000000000000"}
PAYMENTS = "/mollie/v2/payments"


def request(**changes: Any) -> dict[str, Any]:
    return {
        "amount": {"currency": "EUR", "value": "0.01"},
        "description": "Activatie KvK 68750110",
        "redirectUrl": "https://shop.example/back",
        "method": "ideal",
        "metadata": {"organization": "o-1"},
    } | changes


async def create(http: httpx2.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await http.post(PAYMENTS, json=request(**changes), headers=KEY)
    assert answer.status_code == 201, answer.text
    payment: dict[str, Any] = answer.json()
    return payment


async def pay(http: httpx2.AsyncClient, payment: dict[str, Any], status: str = "paid", **form: str) -> httpx2.Response:
    return await http.post(payment["_links"]["checkout"]["href"], data={"status": status} | form)


async def read(http: httpx2.AsyncClient, payment: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await http.get(f"{PAYMENTS}/{payment['id']}", headers=KEY)).json()
    return found


async def control(http: httpx2.AsyncClient, **changes: Any) -> None:
    assert (await http.put("/control/mollie", json=changes)).status_code == 200


async def test_a_new_payment_is_open_and_has_a_checkout(http: httpx2.AsyncClient) -> None:
    answer = await http.post(PAYMENTS, json=request(), headers=KEY)
    payment = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/hal+json")
    assert re.fullmatch(r"tr_[A-Za-z0-9]{10}", payment["id"])
    assert payment["amount"] == {"value": "0.01", "currency": "EUR"}
    assert (payment["status"], payment["mode"], payment["details"]) == ("open", "test", None)
    assert set(payment["_links"]) == {"self", "checkout", "dashboard", "documentation"}
    assert await read(http, payment) == payment


async def test_a_paid_payment_names_the_payer_and_loses_its_checkout(http: httpx2.AsyncClient) -> None:
    payment = await create(http)
    sent_back = await pay(http, payment, holder="Test BV Donald", account="NL02 ABNA 0123 4567 89")
    assert (sent_back.status_code, sent_back.headers["location"]) == (303, "https://shop.example/back")
    paid = await read(http, payment)
    assert paid["status"] == "paid"
    assert paid["details"] == {
        "consumerName": "Test BV Donald", "consumerAccount": "NL02ABNA0123456789", "consumerBic": "ABNANL2A",
    }  # fmt: skip
    assert paid["amountRemaining"]["value"] == "0.01"
    assert "paidAt" in paid
    assert "checkout" not in paid["_links"]


async def test_a_payer_who_gives_no_name_is_unknown(http: httpx2.AsyncClient) -> None:
    payment = await create(http)
    await pay(http, payment)
    assert (await read(http, payment))["details"]["consumerName"] == "unknown"


@pytest.mark.parametrize(
    ("status", "moment"), [("canceled", "canceledAt"), ("expired", "expiredAt"), ("failed", "failedAt")]
)
async def test_a_payment_can_end_unpaid(http: httpx2.AsyncClient, status: str, moment: str) -> None:
    payment = await create(http, cancelUrl="https://shop.example/cancelled")
    sent_back = await pay(http, payment, status)
    ended = await read(http, payment)
    assert (ended["status"], moment in ended, "details" in ended and ended["details"]) == (status, True, None)
    expected = "https://shop.example/cancelled" if status == "canceled" else "https://shop.example/back"
    assert sent_back.headers["location"] == expected


async def test_an_ended_payment_keeps_its_outcome(http: httpx2.AsyncClient) -> None:
    payment = await create(http)
    await pay(http, payment, "failed")
    await pay(http, payment, "paid", holder="Too late")
    assert (await read(http, payment))["status"] == "failed"


async def test_the_bank_page_lets_a_person_change_the_account_holder(http: httpx2.AsyncClient) -> None:
    payment = await create(http, description="<b>Activatie</b>")
    page = await http.get(payment["_links"]["checkout"]["href"])
    assert page.status_code == 200
    assert 'name="holder" value="unknown"' in page.text
    assert re.findall(r'name="status" value="(\w+)"', page.text) == ["paid", "failed", "canceled", "expired", "open"]
    assert "<b>Activatie" not in page.text
    assert (await http.get("/bank/checkout/nothing")).status_code == 404


async def test_only_the_right_key_is_accepted(http: httpx2.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer live_other"}, {"Authorization": "Basic eDp5"}):
        answer = await http.post(PAYMENTS, json=request(), headers=headers)
        assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


async def test_an_unknown_payment_is_not_found(http: httpx2.AsyncClient) -> None:
    answer = await http.get(f"{PAYMENTS}/tr_unknown", headers=KEY)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/hal+json")
    assert "documentation" in answer.json()["_links"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": None}, "amount"),
        ({"amount": {"currency": "EUR", "value": "1"}}, "amount"),
        ({"amount": {"currency": "EUR", "value": "1.5"}}, "amount"),
        ({"amount": {"currency": "EUR", "value": 1.50}}, "amount"),
        ({"amount": {"currency": "EUR", "value": "0.00"}}, "amount"),
        ({"amount": {"currency": "ABC", "value": "1.00"}}, "amount"),
        ({"description": ""}, "description"),
        ({"redirectUrl": None}, "redirectUrl"),
        ({"redirectUrl": "javascript:alert(1)"}, "redirectUrl"),
        ({"webhookUrl": "not a url"}, "webhookUrl"),
        ({"method": "cash"}, "method"),
        ({"method": {"a": 1}}, "method"),
        ({"sequenceType": "sometimes"}, "sequenceType"),
        ({"sequenceType": "first"}, "customerId"),
        ({"metadata": "x" * 2000}, "metadata"),
    ],
)
async def test_a_refused_payment_names_the_field(http: httpx2.AsyncClient, changes: dict[str, Any], field: str) -> None:
    answer = await http.post(PAYMENTS, json=request(**changes), headers=KEY)
    body = answer.json()
    assert (answer.status_code, body["title"], body.get("field")) == (422, "Unprocessable Entity", field)


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff\xfe"])
async def test_a_body_that_is_no_json_object_is_a_bad_request(http: httpx2.AsyncClient, body: bytes) -> None:
    answer = await http.post(PAYMENTS, content=body, headers=KEY)
    assert answer.status_code == 400


async def test_an_idempotency_key_replays_the_answer_and_refuses_another_request(http: httpx2.AsyncClient) -> None:
    headers = KEY | {"Idempotency-Key": "activation-1"}
    first = await http.post(PAYMENTS, json=request(), headers=headers)
    again = await http.post(PAYMENTS, json=request(), headers=headers)
    other = await http.post(PAYMENTS, json=request(description="Another"), headers=headers)
    assert again.json() == first.json()
    assert other.status_code == 422


async def test_an_open_payment_can_be_cancelled_by_the_shop_once(http: httpx2.AsyncClient) -> None:
    payment = await create(http)
    cancelled = await http.delete(f"{PAYMENTS}/{payment['id']}", headers=KEY)
    again = await http.delete(f"{PAYMENTS}/{payment['id']}", headers=KEY)
    assert (cancelled.json()["status"], again.status_code) == ("canceled", 422)


async def test_a_first_payment_grants_a_mandate_that_a_recurring_one_uses(http: httpx2.AsyncClient) -> None:
    customer = (await http.post("/mollie/v2/customers", json={"name": "Donald"}, headers=KEY)).json()
    mandates = f"/mollie/v2/customers/{customer['id']}/mandates"
    early = request(sequenceType="recurring", customerId=customer["id"], redirectUrl=None)
    assert (await http.post(PAYMENTS, json=early, headers=KEY)).json()["field"] == "mandateId"
    first = await create(http, sequenceType="first", customerId=customer["id"])
    await pay(http, first, holder="Donald", account="NL02ABNA0123456789")
    listed = (await http.get(mandates, headers=KEY)).json()
    assert (listed["count"], listed["_embedded"]["mandates"][0]["status"]) == (1, "valid")
    assert listed["_embedded"]["mandates"][0]["details"]["consumerName"] == "Donald"
    recurring = (await http.post(PAYMENTS, json=early, headers=KEY)).json()
    assert (recurring["status"], recurring["method"]) == ("pending", "directdebit")
    assert recurring["mandateId"] == listed["_embedded"]["mandates"][0]["id"]
    assert "checkout" not in recurring["_links"]


async def test_a_mandate_can_be_created_and_read(http: httpx2.AsyncClient) -> None:
    customer = (await http.post("/mollie/v2/customers", json={}, headers=KEY)).json()
    mandates = f"/mollie/v2/customers/{customer['id']}/mandates"
    body = {"method": "directdebit", "consumerName": "Katrien", "consumerAccount": "NL02ABNA0123456789"}
    made = await http.post(mandates, json=body, headers=KEY)
    assert (made.status_code, made.json()["resource"]) == (201, "mandate")
    assert (await http.get(f"{mandates}/{made.json()['id']}", headers=KEY)).json() == made.json()
    assert (await http.post(mandates, json={"method": "directdebit"}, headers=KEY)).status_code == 422
    assert (await http.get("/mollie/v2/customers/cst_none/mandates", headers=KEY)).status_code == 404


async def test_the_webhook_gets_only_the_id_and_says_who_calls(http: httpx2.AsyncClient, platform: Platform) -> None:
    payment = await create(http, webhookUrl=f"{platform.url}/hook")
    await pay(http, payment)
    call = (await platform.wait_for("/hook"))[0]
    assert call.body == f"id={payment['id']}".encode()
    assert call.headers["content-type"] == "application/x-www-form-urlencoded"
    assert call.headers["user-agent"] == "Mollie HTTP client/1.0"


async def test_an_open_payment_is_not_announced(http: httpx2.AsyncClient, platform: Platform) -> None:
    left_open = await create(http, webhookUrl=f"{platform.url}/open")
    await pay(http, left_open, "open")
    paid = await create(http, webhookUrl=f"{platform.url}/paid")
    await pay(http, paid)
    await platform.wait_for("/paid")
    assert platform.on("/open") == []


async def test_a_webhook_is_tried_until_it_is_taken(http: httpx2.AsyncClient, platform: Platform) -> None:
    platform.answers.extend([(500, ""), (302, "")])
    payment = await create(http, webhookUrl=f"{platform.url}/hook")
    await pay(http, payment)
    await platform.wait_for("/hook", 3)
    tries = f"/control/mollie/payments/{payment['id']}"

    async def recorded() -> bool:
        return len((await http.get(tries)).json()["webhookTries"]) == 3

    await until(recorded, "three recorded tries")
    seen = [attempt["status"] for attempt in (await http.get(tries)).json()["webhookTries"]]
    assert seen == [500, 302, 200]


async def test_a_webhook_that_nobody_takes_is_given_up(http: httpx2.AsyncClient) -> None:
    payment = await create(http, webhookUrl="http://127.0.0.1:9/hook")
    await pay(http, payment)
    tries = f"/control/mollie/payments/{payment['id']}"

    async def given_up() -> bool:
        return len((await http.get(tries)).json()["webhookTries"]) == len(FAST_MOLLIE.webhook_delays)

    await until(given_up, "all tries")
    assert all(attempt["error"] for attempt in (await http.get(tries)).json()["webhookTries"])


async def test_webhooks_can_come_twice_late_and_out_of_order(http: httpx2.AsyncClient, platform: Platform) -> None:
    try:
        await control(http, webhookMode="duplicate")
        await pay(http, await create(http, webhookUrl=f"{platform.url}/twice"))
        await platform.wait_for("/twice", 2)
        await control(http, webhookMode="outOfOrder", webhookSeconds=0.3)
        payments = [await create(http, webhookUrl=f"{platform.url}/order") for _ in range(3)]
        for payment in payments:
            await pay(http, payment)
        calls = await platform.wait_for("/order", 3)
        assert [call.body for call in calls] == [f"id={payment['id']}".encode() for payment in reversed(payments)]
        await control(http, webhookMode="late", webhookSeconds=0.4)
        late = await create(http, webhookUrl=f"{platform.url}/late")
        prompt = await create(http, webhookUrl=f"{platform.url}/prompt")
        await pay(http, late)
        await control(http, webhookMode="normal")
        await pay(http, prompt)
        await platform.wait_for("/late")
        assert platform.on("/prompt")[0].at < platform.on("/late")[0].at
    finally:
        await control(http, webhookMode="normal", webhookSeconds=2)


async def test_a_chargeback_is_announced_while_the_payment_stays_paid(
    http: httpx2.AsyncClient, platform: Platform
) -> None:
    payment = await create(http, webhookUrl=f"{platform.url}/hook")
    assert (await http.post(f"/control/mollie/payments/{payment['id']}/chargeback")).status_code == 409
    await pay(http, payment)
    await platform.wait_for("/hook", 1)
    assert (await http.post(f"/control/mollie/payments/{payment['id']}/chargeback")).status_code == 200
    await platform.wait_for("/hook", 2)
    found = await read(http, payment)
    assert (found["status"], found["amountChargedBack"]["value"]) == ("paid", "0.01")


async def test_anybody_can_call_the_webhook_with_an_id_that_does_not_exist(
    http: httpx2.AsyncClient, platform: Platform
) -> None:
    body = {"url": f"{platform.url}/hook", "id": "tr_guessed"}
    answer = await http.post("/control/mollie/webhook-calls", json=body)
    assert answer.json() == {"status": 200, "error": None}
    assert platform.on("/hook")[0].body == b"id=tr_guessed"


async def test_the_provider_can_be_taken_down_and_up(http: httpx2.AsyncClient) -> None:
    await control(http, fault={"mode": "unavailable"})
    try:
        down = await http.post(PAYMENTS, json=request(), headers=KEY)
    finally:
        await control(http, fault={"mode": "up"})
    assert (down.status_code, down.json()["status"]) == (503, 503)
    assert (await create(http))["status"] == "open"


async def test_a_payment_expires_by_itself_and_is_announced(platform: Platform) -> None:
    with running_sandbox(mollie=FAST_MOLLIE.model_copy(update={"expiry_seconds": 0.2})) as running:
        async with httpx2.AsyncClient(base_url=running.base_url) as http:
            payment = await create(http, webhookUrl=f"{platform.url}/expiry")
            await platform.wait_for("/expiry")
            assert (await read(http, payment))["status"] == "expired"
