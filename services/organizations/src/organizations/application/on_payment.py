"""Reactions to billing's payments for activations: opened, settled, failed; in any order, any number of times.

Each looks at the activation that the payment refers to, under the organization's lock, and does nothing when it already
moved on. A payment for something else, or for an activation that is not ours, changes nothing.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from shared.contracts.billing import PaymentFailed, PaymentOpened, PaymentSettled
from shared.contracts.event import Envelope
from shared.contracts.organizations import ActivationReviewRequired, OrganizationActivated, OrganizationChanged

from organizations.domain.activation import Activation, ReviewOutcome, Settlement
from organizations.domain.name_match import Outcome
from organizations.domain.organization import Organization, Status

from .announcing import announce
from .ports import Tx

_log = structlog.get_logger(__name__)
PURPOSE = "activation"
Held = tuple[Organization, Activation]


async def on_payment_opened(event: Envelope[PaymentOpened], tx: Tx) -> None:
    """Remember where to pay."""
    opened = event.data
    held = await _hold(opened.purpose, opened.reference_id, tx, wanted=lambda activation: activation.may_open)
    if held is not None:
        _, activation = held
        await tx.activations.save(activation.opened(opened.payment_id, opened.checkout_url))


async def on_payment_failed(event: Envelope[PaymentFailed], tx: Tx) -> None:
    """Give the attempt up, so that another can be made (R5.14)."""
    failure = event.data
    held = await _hold(failure.purpose, failure.reference_id, tx, wanted=lambda activation: activation.may_fail)
    if held is None:
        return
    organization, activation = held
    await tx.activations.save(activation.failed(failure.payment_id, failure.reason, event.occurred_at))
    if organization.status is Status.ACTIVATION_PENDING_PAYMENT:
        saved = await tx.organizations.save(organization.payment_failed())
        announce(tx, saved, lambda state: OrganizationChanged(state=state, changed=("status",)))


async def on_payment_settled(event: Envelope[PaymentSettled], tx: Tx) -> None:
    """Activate when the account holder is the company, else ask an operator (R5.11, R5.12)."""
    paid = event.data
    held = await _hold(paid.purpose, paid.reference_id, tx, wanted=lambda activation: activation.may_settle)
    if held is None or not held[0].awaits_proof:
        return
    organization, activation = held
    await _supersede_newer(activation, tx, event.occurred_at)
    settlement = Settlement(
        payment_id=paid.payment_id,
        amount_micros=paid.amount_micros,
        currency=paid.currency,
        account_holder=paid.account_holder,
    )
    outcome = activation.assess(settlement, organization.registered_names)
    if outcome == Outcome.MATCH and await _is_taken(organization, tx):
        outcome = ReviewOutcome.ALREADY_REGISTERED
    if outcome == Outcome.MATCH:
        await _activate(organization, activation.completed(paid.payment_id, event.occurred_at), tx)
    else:
        await _ask_operator(organization, activation.in_review(paid.payment_id, outcome), paid.account_holder, tx)


async def _hold(purpose: str, activation_id: UUID, tx: Tx, *, wanted: Callable[[Activation], bool]) -> Held | None:
    """Return organization and activation, locked, when the payment still matters to them."""
    if purpose != PURPOSE:
        return None
    found = await tx.activations.find(activation_id)
    if found is None:
        _log.warning("payment_of_unknown_activation", activation_id=str(activation_id))
        return None
    organization = await tx.organizations.lock(found.organization_id)
    activation = await tx.activations.find(activation_id)
    if activation is None or not wanted(activation):
        _log.info("payment_came_too_late", activation_id=str(activation_id))
        return None
    return organization, activation


async def _supersede_newer(activation: Activation, tx: Tx, now: datetime) -> None:
    """Close the newer attempt that is open while an older one, given up before, settles after all."""
    newer = await tx.activations.find_open(activation.organization_id)
    if newer is not None and newer.id != activation.id:
        await tx.activations.save(newer.superseded(now))


async def _is_taken(organization: Organization, tx: Tx) -> bool:
    return await tx.organizations.is_live(organization.mode, [item.canonical for item in organization.identifiers])


async def _activate(organization: Organization, activation: Activation, tx: Tx) -> None:
    await tx.activations.save(activation)
    now = activation.closed_at or activation.requested_at
    saved = await tx.organizations.save(organization.activated(now))
    announce(
        tx,
        saved,
        lambda state: OrganizationActivated(state=state, activation_id=activation.id, verified_by="payment"),
    )


async def _ask_operator(organization: Organization, activation: Activation, account_holder: str | None, tx: Tx) -> None:
    await tx.activations.save(activation)
    await tx.activations.open_review(activation, account_holder)
    saved = await tx.organizations.save(organization.under_review())
    outcome = activation.outcome or Outcome.NOT_AVAILABLE.value
    announce(
        tx,
        saved,
        lambda state: ActivationReviewRequired(state=state, activation_id=activation.id, outcome=outcome),
    )
