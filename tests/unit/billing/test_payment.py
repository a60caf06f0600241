"""What a payment becomes by what the provider shows, in whatever order it is read."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from billing.domain.payment import AccountHolder, Outcome, Payment, PaymentStatus, ProviderPayment, Purpose
from hypothesis import given
from hypothesis import strategies as st
from shared.ids import new_id

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PAID_AT = datetime(2026, 11, 23, 11, 59, tzinfo=UTC)
ENDS = ["canceled", "expired", "failed"]


def opened() -> tuple[Payment, ProviderPayment]:
    payment = Payment(
        id=new_id(),
        environment_id=new_id(),
        purpose=Purpose.TOP_UP,
        reference_id=new_id(),
        amount_micros=60_500_000,
        currency="EUR",
        method="ideal",
        description="credit",
    )
    seen = ProviderPayment(
        provider_id="tr_1",
        payment_id=str(payment.id),
        status="open",
        amount_micros=payment.amount_micros,
        currency="EUR",
        checkout_url="https://pay.example/1",
    )
    payment.open(seen, at=NOW)
    return payment, seen


def paid(seen: ProviderPayment) -> ProviderPayment:
    return replace(seen, status="paid", paid_at=PAID_AT, method="ideal", holder=AccountHolder(name="Voorbeeld BV"))


@pytest.mark.requirement("R5.15")
def test_a_payment_is_settled_once() -> None:
    payment, seen = opened()
    assert payment.apply(paid(seen), at=NOW) is Outcome.SETTLED
    assert payment.apply(paid(seen), at=NOW) is Outcome.UNCHANGED
    assert (payment.status, payment.paid_at, payment.holder.name) == (PaymentStatus.PAID, PAID_AT, "Voorbeeld BV")


@pytest.mark.requirement("R5.15")
@pytest.mark.parametrize("older", ["open", "pending", "authorized", *ENDS])
def test_an_older_state_read_late_changes_nothing(older: str) -> None:
    payment, seen = opened()
    payment.apply(paid(seen), at=NOW)
    assert payment.apply(replace(seen, status=older), at=NOW) is Outcome.UNCHANGED
    assert payment.status is PaymentStatus.PAID


@pytest.mark.requirement("R5.14")
@pytest.mark.parametrize("end", ENDS)
def test_a_payment_that_ends_unpaid_ends_once(end: str) -> None:
    payment, seen = opened()
    assert payment.apply(replace(seen, status=end), at=NOW) is Outcome.ENDED
    assert payment.apply(replace(seen, status=end), at=NOW) is Outcome.UNCHANGED
    assert payment.status == end


@pytest.mark.parametrize("end", ENDS)
def test_money_that_comes_after_the_end_still_settles(end: str) -> None:
    payment, seen = opened()
    payment.apply(replace(seen, status=end), at=NOW)
    assert payment.apply(paid(seen), at=NOW) is Outcome.SETTLED


@pytest.mark.parametrize("status", ["open", "pending", "authorized", "something new"])
def test_a_state_that_decides_nothing_leaves_the_payment_open(status: str) -> None:
    payment, seen = opened()
    assert payment.apply(replace(seen, status=status), at=NOW) is Outcome.UNCHANGED
    assert payment.status is PaymentStatus.OPEN


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_micros": 60_490_000},
        {"amount_micros": 60_510_000},
        {"currency": "USD"},
        {"payment_id": str(new_id())},
        {"payment_id": None},
    ],
)
def test_a_payment_that_is_not_what_was_asked_is_flagged_and_stays_so(wrong: dict[str, Any]) -> None:
    payment, seen = opened()
    other = replace(paid(seen), **wrong)
    assert payment.apply(other, at=NOW) is Outcome.MISMATCHED
    assert payment.apply(paid(seen), at=NOW) is Outcome.UNCHANGED
    assert payment.status is PaymentStatus.MISMATCHED


def test_a_refund_or_chargeback_is_noted_once_and_settles_nothing() -> None:
    payment, seen = opened()
    payment.apply(paid(seen), at=NOW)
    charged_back = replace(paid(seen), charged_back_micros=60_500_000)
    assert payment.apply(charged_back, at=NOW) is Outcome.REVERSED
    assert payment.apply(charged_back, at=NOW) is Outcome.UNCHANGED
    assert payment.apply(replace(charged_back, refunded_micros=10_000), at=NOW) is Outcome.REVERSED
    assert (payment.status, payment.charged_back_micros) == (PaymentStatus.PAID, 60_500_000)


def test_only_a_payment_that_was_never_opened_is_given_up() -> None:
    payment, _ = opened()
    assert not payment.give_up()
    payment.status = PaymentStatus.REQUESTED
    assert payment.give_up()
    assert payment.status is PaymentStatus.FAILED


def test_a_payment_that_the_provider_forgot_expires() -> None:
    payment, seen = opened()
    assert payment.vanish() is Outcome.ENDED
    assert payment.status is PaymentStatus.EXPIRED
    payment.apply(paid(seen), at=NOW)
    assert payment.vanish() is Outcome.UNCHANGED


@pytest.mark.requirement("R5.15")
@given(st.lists(st.sampled_from(["open", "pending", "paid", *ENDS]), max_size=12))
def test_whatever_is_read_in_whatever_order_a_payment_settles_at_most_once(reads: list[str]) -> None:
    payment, seen = opened()
    outcomes = [
        payment.apply(paid(seen) if status == "paid" else replace(seen, status=status), at=NOW) for status in reads
    ]
    assert outcomes.count(Outcome.SETTLED) == ("paid" in reads)
    assert outcomes.count(Outcome.ENDED) <= 1
    assert (payment.status is PaymentStatus.PAID) == ("paid" in reads)
