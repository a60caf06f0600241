"""The ledger under any sequence of purchases, charges, repetitions, corrections and plan changes.

A model that only adds numbers runs beside the use cases; after each step the two must agree, the chain must verify, and
others must have been told of each crossing exactly once.
"""

from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from billing.application.book_charges import book_charges
from billing.application.correct_credit import CorrectCredit, correct_credit
from billing.application.open_payment import open_payment
from billing.application.read_payment import PaymentTerms, read_payment
from billing.application.verify_ledger import verify_ledger
from billing.domain.ledger import LedgerAccount, RenderedService
from billing.domain.payment import Payment, ProviderPayment, Purpose
from billing.domain.top_up import TopUp, vat_micros
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from shared.contracts.billing import (
    BalanceDepleted,
    BalanceLow,
    BalanceRestored,
    ChargeBooked,
    CreditGranted,
    PaymentSettled,
)
from shared.ids import new_id
from support.billing_fakes import TERMS, MemoryBilling, MemoryProvider

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PRICES = {"send_einvoice": 171_000, "receive_einvoice": 341_000, "send_manual": 0}
ENVIRONMENTS = [UUID(int=number) for number in (11, 12, 13)]
DOCUMENTS = [UUID(int=number) for number in range(100, 112)]
PAYMENT_TERMS = PaymentTerms(lifetime=timedelta(hours=1), low_below_micros=TERMS.low_below_micros)
environments = st.sampled_from(ENVIRONMENTS)


class LedgerMachine(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.billing = MemoryBilling()
        self.provider = MemoryProvider()
        self.balances = dict.fromkeys(ENVIRONMENTS, 0)
        self.charged: set[tuple[UUID, str]] = set()
        self.payer_of = {document: ENVIRONMENTS[document.int % 3] for document in DOCUMENTS}
        self.revenue = self.sold = self.vat = self.corrected = 0
        self.crossed = {BalanceDepleted: 0, BalanceRestored: 0}
        self.open_orders: list[tuple[UUID, TopUp]] = []

    def run_(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Drive a coroutine that waits for nothing but fakes."""
        try:
            work.send(None)
        except StopIteration as done:
            return done.value
        raise AssertionError("a use case waited for something outside")

    def _move(self, environment: UUID, amount: int) -> None:
        before = self.balances[environment]
        after = self.balances[environment] = before + amount
        self.crossed[BalanceDepleted] += before > 0 >= after
        self.crossed[BalanceRestored] += before <= 0 < after

    @rule(batch=st.lists(st.tuples(st.sampled_from(DOCUMENTS), st.sampled_from(sorted(PRICES))), max_size=8))
    def charge_a_batch(self, batch: list[tuple[UUID, str]]) -> None:
        tx = self.billing.tx()
        moves = dict.fromkeys(ENVIRONMENTS, 0)
        for document, service in batch:
            payer = self.payer_of[document]
            tx.rendered.append(
                RenderedService(
                    environment_id=payer,
                    organization_id=new_id(),
                    document_id=document,
                    service=service,
                    rendered_at=NOW,
                )
            )
            if (document, service) not in self.charged:
                self.charged.add((document, service))
                moves[payer] -= PRICES[service]
                self.revenue += PRICES[service]
        self.run_(book_charges(tx, low_below_micros=TERMS.low_below_micros))
        for environment, amount in moves.items():
            self._move(environment, amount)

    @rule(environment=environments, cents=st.integers(min_value=1, max_value=60))
    def order_credit(self, environment: UUID, cents: int) -> None:
        credit = cents * 10_000
        top_up = TopUp(
            id=new_id(),
            environment_id=environment,
            requested_by=new_id(),
            credit_micros=credit,
            vat_micros=vat_micros(credit, basis_points=2100),
            currency="EUR",
            method="ideal",
            requested_at=NOW,
        )
        payment = Payment(
            id=new_id(),
            environment_id=environment,
            purpose=Purpose.TOP_UP,
            reference_id=top_up.id,
            amount_micros=top_up.payable_micros,
            currency="EUR",
            method="ideal",
            description="credit",
        )
        self.run_(self.billing.top_ups.add(top_up))
        self.run_(self.billing.payments.add(payment))
        self.run_(open_payment(payment.id, uow=self.billing, provider=self.provider, now=lambda: NOW))
        self.open_orders.append((payment.id, top_up))

    @rule(data=st.data(), status=st.sampled_from(["paid", "paid", "open", "expired", "canceled"]))
    def read_a_payment(self, data: st.DataObject, status: str) -> None:
        if not self.open_orders:
            return
        payment_id, top_up = data.draw(st.sampled_from(self.open_orders))
        provider_id = f"tr_{payment_id.hex}"
        settled_before = {event.reference_id for event in self.billing.of_type(PaymentSettled)}
        self.provider.shown[provider_id] = ProviderPayment(
            provider_id=provider_id,
            payment_id=str(payment_id),
            status=status,
            amount_micros=top_up.payable_micros,
            currency="EUR",
            paid_at=NOW,
        )
        self.run_(
            read_payment(payment_id, uow=self.billing, provider=self.provider, terms=PAYMENT_TERMS, now=lambda: NOW)
        )
        if status == "paid" and top_up.id not in settled_before:
            self.sold += top_up.credit_micros
            self.vat += top_up.vat_micros
            self._move(top_up.environment_id, top_up.credit_micros)

    @rule(environment=environments, amount=st.integers(min_value=-900_000, max_value=900_000).filter(bool))
    def correct(self, environment: UUID, amount: int) -> None:
        command = CorrectCredit(environment_id=environment, amount_micros=amount, reason="agreed by phone")
        self.run_(correct_credit(command, uow=self.billing, low_below_micros=TERMS.low_below_micros, now=lambda: NOW))
        self.corrected += amount
        self._move(environment, amount)

    @invariant()
    def balances_are_what_was_booked(self) -> None:
        shown = {account.environment_id: account.balance_micros for account in self.billing.accounts.rows.values()}
        assert {environment: shown.get(environment, 0) for environment in ENVIRONMENTS} == self.balances

    @invariant()
    def the_books_balance(self) -> None:
        totals = dict.fromkeys(LedgerAccount, 0)
        for row in self.billing.ledger.rows:
            for entry in row.posting.entries:
                totals[entry.account] += entry.amount_micros
        assert sum(totals.values()) == 0
        assert totals[LedgerAccount.CREDIT] == sum(self.balances.values())
        assert totals[LedgerAccount.REVENUE] == self.revenue
        assert totals[LedgerAccount.VAT_PAYABLE] == self.vat
        assert totals[LedgerAccount.PSP_CLEARING] == -(self.sold + self.vat)
        assert totals[LedgerAccount.CORRECTIONS] == -self.corrected

    @invariant()
    def the_chain_verifies(self) -> None:
        assert self.run_(verify_ledger(open_audit=self.billing.audit)).problems == []

    @invariant()
    def each_service_is_charged_once_and_told_once(self) -> None:
        told = [(event.document_id, event.service) for event in self.billing.of_type(ChargeBooked)]
        assert sorted(told) == sorted(self.charged)

    @invariant()
    def crossings_are_told_once(self) -> None:
        for event, count in self.crossed.items():
            assert len(self.billing.of_type(event)) == count

    @invariant()
    def others_know_whether_an_account_is_depleted(self) -> None:
        for environment in ENVIRONMENTS:
            states = [
                told.event.state
                for told in self.billing.told
                if told.environment == environment and hasattr(told.event, "state")
            ]
            depleted = states[-1].depleted if states else True
            assert depleted == (self.balances[environment] <= 0)

    @invariant()
    def versions_count_what_was_told(self) -> None:
        for environment in ENVIRONMENTS:
            versions = [told.sequence for told in self.billing.told if told.subject == environment]
            assert versions == list(range(1, len(versions) + 1))

    @invariant()
    def a_low_balance_is_told_only_on_the_way_down(self) -> None:
        for low in self.billing.of_type(BalanceLow):
            assert 0 < low.balance_micros < TERMS.low_below_micros
        for granted in self.billing.of_type(CreditGranted):
            assert granted.state.depleted == (granted.balance_micros <= 0)


TestLedgerMachine = pytest.mark.requirement("RA1.1", "RA1.2", "RA1.6", "R10.8", "R10.9")(LedgerMachine.TestCase)
LedgerMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
