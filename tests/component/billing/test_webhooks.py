"""The provider's webhook, as anybody on the internet may call it, and the page that payers come back to."""

from typing import Any

import pytest
from prometheus_client import REGISTRY
from shared.ids import new_id
from support.billing import WEBHOOK, Billing, migrate_billing, running_billing
from support.mollie import FakeMollie
from support.postgres import CreateDatabase

FORM = {"content-type": "application/x-www-form-urlencoded"}


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("platform_payment_webhooks_total", {"outcome": outcome}) or 0.0


MALFORMED: list[Any] = [
    b"",
    b"id=",
    b"id",
    b"other=tr_1",
    b"id=tr_",
    b"id=tr_1&id=tr_2",
    b"id=ord_kEn1PlbGa",
    b"id=tr_1%00",
    b"id=tr_%F0%9F%92%A9",
    b"id=tr_1'%20or%201=1--",
    b"id=tr_" + b"x" * 65,
    b"id=" + b"tr_1" * 5_000,
    b"\xff\xfe\x00",
    b"&" * 100 + b"id=tr_1" + b"&a=1" * 100,
    b'{"id":"tr_1"}',
]


@pytest.mark.parametrize("content", MALFORMED)
async def test_a_call_that_makes_no_sense_gets_200_and_is_counted(billing: Billing, content: bytes) -> None:
    before = counted("malformed")
    answered = await billing.http.post(WEBHOOK, content=content, headers=FORM)
    assert (answered.status_code, answered.content) == (200, b"")
    assert counted("malformed") == before + 1


@pytest.mark.requirement("R5.15")
async def test_a_call_for_an_unknown_payment_gets_200_and_is_counted(billing: Billing, mollie: FakeMollie) -> None:
    before, asked_before = counted("unknown"), len(mollie.requests)
    assert (await billing.webhook("tr_7UhSN1zuXS")).status_code == 200
    await billing.run_jobs()
    assert counted("unknown") == before + 1
    assert len(mollie.requests) == asked_before


async def test_a_flood_of_calls_for_one_payment_leaves_one_job(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    payment = mollie.with_reference((await customer.order())["id"])
    asked_before = len(mollie.requests)
    queued, waiting = counted("queued"), counted("waiting")
    for _ in range(20):
        await billing.webhook(payment["id"])
    assert (counted("queued"), counted("waiting")) == (queued + 1, waiting + 19)
    await billing.run_jobs()
    assert len(mollie.requests) == asked_before + 1
    await billing.webhook(payment["id"])
    await billing.run_jobs()
    assert len(mollie.requests) == asked_before + 2


async def test_a_call_needs_no_token_and_reveals_nothing(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    payment = mollie.with_reference((await customer.order())["id"])
    known, unknown = await billing.webhook(payment["id"]), await billing.webhook("tr_unknown")
    ids = {"x-request-id", "date"}
    assert known.content == unknown.content == b""
    assert {k: v for k, v in known.headers.items() if k not in ids} == {
        k: v for k, v in unknown.headers.items() if k not in ids
    }


async def test_a_payer_who_comes_back_has_the_payment_read_without_a_webhook(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    payment = mollie.with_reference((await customer.order())["id"])
    await opened_a_minute_ago(billing, payment["id"])
    path = payment["redirectUrl"]
    waiting = await billing.http.get(path)
    assert waiting.status_code == 200
    assert "wachten" in waiting.text
    assert 'http-equiv="refresh"' in waiting.text
    mollie.pay(payment)
    await billing.run_jobs()
    done = await billing.http.get(path)
    assert "ontvangen" in done.text
    assert "refresh" not in done.text
    assert "default-src 'none'" in done.headers["content-security-policy"]
    for secret in ("60.50", "50.00", "Voorbeeld", str(customer.environment)):
        assert secret not in done.text
    assert await billing.balance_micros(customer.environment) == 50_000_000


async def test_reloading_the_return_page_asks_the_provider_once(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    payment = mollie.with_reference((await customer.order())["id"])
    await opened_a_minute_ago(billing, payment["id"])
    asked_before = len(mollie.requests)
    for _ in range(10):
        await billing.http.get(payment["redirectUrl"])
        await billing.run_jobs()
    assert len(mollie.requests) == asked_before + 1


@pytest.mark.parametrize("status", ["canceled", "expired", "failed"])
async def test_the_return_page_says_how_it_ended(billing: Billing, mollie: FakeMollie, status: str) -> None:
    customer = await billing.customer()
    payment = mollie.with_reference((await customer.order())["id"])
    await billing.webhook(mollie.end(payment, status))
    await billing.run_jobs()
    assert "niets afgeschreven" in (await billing.http.get(payment["redirectUrl"])).text


async def test_the_return_page_of_no_payment_is_a_problem(billing: Billing) -> None:
    unknown = await billing.http.get(f"/billing/v1/payments/{new_id()}/return")
    malformed = await billing.http.get("/billing/v1/payments/x/return")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "payment_not_found")
    assert malformed.status_code == 400


async def test_nobody_gets_200_while_the_database_is_away_so_that_the_provider_calls_again(
    create_database: CreateDatabase, mollie: FakeMollie
) -> None:
    database = create_database("billing", migrate_billing)
    async with running_billing(database.app_dsn, mollie.transport) as billing:
        customer = await billing.customer()
        await billing.pool.close()
        for answered in (await billing.webhook("tr_7UhSN1zuXS"), await customer.get("balance")):
            assert (answered.status_code, answered.json()["code"]) == (503, "temporarily_unavailable")
            assert answered.headers["retry-after"]


async def opened_a_minute_ago(billing: Billing, provider_id: str) -> None:
    await billing.pool.execute(
        "update payments set opened_at = opened_at - interval '1 minute' where provider_id = $1", provider_id
    )
