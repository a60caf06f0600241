"""What is counted of charges, credit and payments, and what a worker reads from the ledger's accounts."""

from billing.application.correct_credit import CorrectCredit
from billing.bootstrap import SERVICE
from support.billing import Billing
from support.billing_facts import service_rendered
from support.figures import change_of, figure
from support.mollie import FakeMollie


async def test_a_charge_is_counted_once_with_its_euros(billing: Billing) -> None:
    customer = await billing.customer()
    told_twice = service_rendered(customer.environment, service="receive_einvoice")
    with (
        change_of("platform_charges_total", kind="receive_einvoice") as charges,
        change_of("platform_charged_euros_total", kind="receive_einvoice") as euros,
    ):
        await billing.consume(told_twice, told_twice)
        await billing.consume(told_twice)
    assert (charges.by, round(euros.by, 3)) == (1, 0.341)


async def test_a_top_up_is_counted_from_the_opened_payment_to_the_credit(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    with (
        change_of("platform_payments_total", purpose="top_up", outcome="opened") as opened,
        change_of("platform_payments_total", purpose="top_up", outcome="settled") as settled,
        change_of("platform_payments_read_total", outcome="settled") as read,
        change_of("platform_payment_webhooks_total", outcome="queued") as webhooks,
        change_of("platform_credit_granted_euros_total", reason="top_up") as euros,
        change_of("platform_outside_call_seconds_count", system="mollie", outcome="answered") as calls,
    ):
        order = await customer.order("50.00")
        await billing.webhook(mollie.pay(mollie.with_reference(order["id"])))
        await billing.run_jobs()
    assert (opened.by, settled.by, read.by, webhooks.by, euros.by) == (1, 1, 1, 1, 50)
    assert calls.by == 2


async def test_accounts_are_counted_in_buckets_of_their_balance(billing: Billing) -> None:
    async def sampled() -> dict[str, float]:
        (sample,) = SERVICE.build_samples(billing.application)
        await sample()
        names = ("depleted", "under_5", "from_5_to_25", "from_25_to_100", "from_100")
        return {name: figure("platform_credit_accounts", bucket=name) for name in names}

    before, credit = await sampled(), figure("platform_credit_euros")
    for micros in (1, 4_999_999, 5_000_000, 25_000_000, 99_999_999, 100_000_000):
        customer = await billing.customer()
        gift = CorrectCredit(environment_id=customer.environment, amount_micros=micros, reason="for a test")
        await billing.application.correct_credit(gift)
    await billing.customer()
    after = await sampled()

    changed = {name: after[name] - before[name] for name in after}
    assert changed == {"depleted": 1, "under_5": 2, "from_5_to_25": 1, "from_25_to_100": 2, "from_100": 1}
    assert round(figure("platform_credit_euros") - credit, 6) == 234.999999
