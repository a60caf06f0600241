"""The states of an organization and of its activations."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from organizations.domain.activation import Activation, ActivationStatus, ReviewOutcome, Settlement
from organizations.domain.document_types import RECEIVED_BY_DEFAULT
from organizations.domain.errors import (
    AlreadyActive,
    IdentifierRequired,
    ManualOrgRequiresSupport,
    OrganizationNotActive,
    OrganizationRejected,
    PlanOrCreditRequired,
    ReviewAlreadyDecided,
    ReviewInProgress,
    SubscriptionLimit,
)
from organizations.domain.name_match import Outcome
from organizations.domain.organization import Address, Identifier, IdentifierStatus, Organization, Source, Status
from organizations.domain.plans import Account
from shared.errors import DomainError
from shared.ids import new_id

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _organization(**changes) -> Organization:
    kvk = Identifier(scheme="0106", value="12345678", primary=True, status=IdentifierStatus.VERIFIED)
    gln = Identifier(scheme="0088", value="8719999000015", primary=False, status=IdentifierStatus.VERIFIED)
    made = Organization(
        id=new_id(), environment_id=new_id(), mode="live", country="NL", name="Voorbeeld B.V.",
        trade_names=("Voorbeeld",), address=Address(country="NL"), source=Source.REGISTER, identifiers=(kvk, gln),
        created_by=new_id(), created_at=NOW,
    )  # fmt: skip
    return replace(made, **changes)


def test_an_organization_that_was_added_may_be_activated():
    assert _organization().await_payment().status is Status.ACTIVATION_PENDING_PAYMENT
    assert _organization(status=Status.ACTIVATION_PENDING_PAYMENT).await_payment().awaits_proof


@pytest.mark.requirement("R5.12")
@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (Status.MANUAL_REVIEW, ReviewInProgress),
        (Status.ACTIVE, AlreadyActive),
        (Status.REJECTED, OrganizationRejected),
    ],
)
def test_what_was_decided_or_is_being_decided_is_not_activated_again(status: Status, refusal: type[DomainError]):
    with pytest.raises(refusal):
        _organization(status=status).await_payment()


@pytest.mark.requirement("R5.7")
def test_an_organization_entered_by_hand_needs_support():
    with pytest.raises(ManualOrgRequiresSupport):
        _organization(source=Source.MANUAL).await_payment()


@pytest.mark.requirement("R5.9")
@pytest.mark.parametrize("status", [IdentifierStatus.UNVERIFIED, IdentifierStatus.FAILED])
def test_activation_needs_a_verified_primary_identifier(status: IdentifierStatus):
    organization = _organization()
    doubtful = replace(organization.identifiers[0], status=status)

    for identifiers in ((), (doubtful,), (doubtful, organization.identifiers[1])):
        with pytest.raises(IdentifierRequired):
            replace(organization, identifiers=identifiers).await_payment()


@pytest.mark.requirement("R10.1")
def test_activation_opens_sending_and_leaves_receiving_off():
    active = _organization().activated(NOW)

    assert [(item.sending, item.receiving) for item in active.identifiers] == [(True, False), (True, False)]
    assert active.activated_at == NOW


@pytest.mark.requirement("R10.4")
def test_receiving_is_switched_on_for_the_primary_identifier():
    receiving = _organization().activated(NOW).with_receiving(RECEIVED_BY_DEFAULT)

    assert [item.receiving for item in receiving.identifiers] == [True, False]
    assert receiving.document_types == RECEIVED_BY_DEFAULT
    assert not receiving.without_receiving().receiving
    assert receiving.without_receiving().document_types == ()


@pytest.mark.requirement("R5.19")
@pytest.mark.parametrize("status", [status for status in Status if status is not Status.ACTIVE])
def test_nothing_is_received_before_the_organization_is_active(status: Status):
    with pytest.raises(OrganizationNotActive):
        _organization(status=status).with_receiving(RECEIVED_BY_DEFAULT)


def test_only_a_review_that_is_open_can_be_decided():
    _organization(status=Status.MANUAL_REVIEW).require_review()
    for status in set(Status) - {Status.MANUAL_REVIEW}:
        with pytest.raises(ReviewAlreadyDecided):
            _organization(status=status).require_review()


def test_the_default_document_types_are_bis_billing_and_nlcius_invoices_and_credit_notes():
    ubl = "urn:oasis:names:specification:ubl:schema:xsd"
    bis = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    nlcius = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"

    assert set(RECEIVED_BY_DEFAULT) == {
        f"{ubl}:Invoice-2::Invoice##{bis}::2.1",
        f"{ubl}:CreditNote-2::CreditNote##{bis}::2.1",
        f"{ubl}:Invoice-2::Invoice##{nlcius}::2.1",
        f"{ubl}:CreditNote-2::CreditNote##{nlcius}::2.1",
    }


@pytest.mark.requirement("R5.11")
@pytest.mark.parametrize(
    ("amount", "currency", "holder", "outcome"),
    [
        (10_000, "EUR", "VOORBEELD BV", Outcome.MATCH),
        (10_000, "EUR", "Voorbeeld Holding", Outcome.CLOSE_MATCH),
        (10_000, "EUR", None, Outcome.NOT_AVAILABLE),
        (10_001, "EUR", "Voorbeeld B.V.", ReviewOutcome.WRONG_AMOUNT),
        (10_000, "USD", "Voorbeeld B.V.", ReviewOutcome.WRONG_AMOUNT),
    ],
)
def test_a_settlement_is_assessed_by_amount_and_names(amount: int, currency: str, holder: str | None, outcome: str):
    activation = Activation.request(organization_id=new_id(), requested_by=new_id(), now=NOW)
    settlement = Settlement(payment_id=new_id(), amount_micros=amount, currency=currency, account_holder=holder)

    assert activation.assess(settlement, _organization().registered_names) == outcome


@pytest.mark.requirement("R5.2")
@pytest.mark.parametrize(("plan", "organizations", "allowed"), [
    ("invoice_portal", 1, True), ("invoice_portal", 2, False), ("basic", 2, True), ("enterprise", 900, True),
])  # fmt: skip
def test_the_free_plan_has_room_for_two(plan: str, organizations: int, *, allowed: bool):
    account = Account(plan=plan, depleted=True)
    if allowed:
        account.require_room(organizations)
    else:
        with pytest.raises(SubscriptionLimit) as refused:
            account.require_room(organizations)
        assert refused.value.extra["minimum_plan"] == "basic"


@pytest.mark.requirement("R10.3")
@pytest.mark.parametrize(
    ("account", "allowed"),
    [
        (Account(), False),
        (Account(plan="invoice_portal", depleted=False), False),
        (Account(plan="basic", depleted=True), False),
        (Account(plan="basic", depleted=False), True),
        (Account(plan="professional", depleted=False), True),
    ],
)
def test_receiving_needs_a_paid_plan_and_credit(account: Account, *, allowed: bool):
    if allowed:
        account.require_receiving()
    else:
        with pytest.raises(PlanOrCreditRequired):
            account.require_receiving()


class Payments(RuleBasedStateMachine):
    """Whatever payments do and in whichever order, an activation is completed at most once and never comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.activation = Activation.request(organization_id=new_id(), requested_by=new_id(), now=NOW)
        self.completions = 0

    @rule()
    def opens(self) -> None:
        if self.activation.may_open:
            self.activation = self.activation.opened(new_id(), "https://bank.example/pay")

    @rule(reason=st.sampled_from(["failed", "canceled", "expired"]))
    def fails(self, reason: str) -> None:
        if self.activation.may_fail:
            self.activation = self.activation.failed(new_id(), reason, NOW)

    @rule(matches=st.booleans())
    def settles(self, *, matches: bool) -> None:
        if not self.activation.may_settle:
            return
        if matches:
            self.completions += 1
            self.activation = self.activation.completed(new_id(), NOW)
        else:
            self.activation = self.activation.in_review(new_id(), "no_match")

    @rule(approved=st.booleans())
    def is_decided(self, *, approved: bool) -> None:
        if self.activation.status is ActivationStatus.IN_REVIEW:
            self.completions += approved
            self.activation = self.activation.decided(approved=approved, reason="seen", now=NOW)

    @invariant()
    def is_completed_at_most_once(self) -> None:
        assert self.completions <= 1
        assert (self.activation.status is ActivationStatus.COMPLETED) == (self.completions == 1)

    @invariant()
    def shows_a_checkout_only_while_it_is_open(self) -> None:
        assert (self.activation.checkout_url is not None) == (self.activation.status is ActivationStatus.OPEN)

    @invariant()
    def is_closed_when_nothing_can_happen_any_more(self) -> None:
        waiting = {ActivationStatus.REQUESTED, ActivationStatus.OPEN, ActivationStatus.IN_REVIEW}
        assert (self.activation.closed_at is None) == (self.activation.status in waiting)


TestPayments = pytest.mark.requirement("R5.15")(Payments.TestCase)
TestPayments.settings = settings(max_examples=30, stateful_step_count=12)
