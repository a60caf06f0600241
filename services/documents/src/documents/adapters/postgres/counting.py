"""What is counted of documents and hooks: each thing once, and only when its transaction is committed.

How long a document took is read off its exchange's id, which was made when it was taken in: no query is needed, and the
receiver's side and the calls of hooks measure from the same moment as the sender's.
"""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from prometheus_client import Counter, Histogram
from shared.contracts.documents import (
    DocumentAccepted,
    DocumentDelivered,
    DocumentFailed,
    DocumentReceived,
    DocumentRejected,
    DuplicateDetected,
)
from shared.contracts.event import Event
from shared.ids import made_at
from shared.messaging.transaction import Transaction

from documents.application import confirm_transmission, route_document, transmit_document, validate_document
from documents.application.ports import Publish
from documents.application.values import PendingCall, Response
from documents.domain.document import Channel
from documents.domain.hooks import PING

_LONG = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 43_200, 129_600)
NO_CHANNEL = "none"
_CHANNELS = (Channel.PLATFORM, Channel.PEPPOL)

DOCUMENTS = Counter(
    "platform_documents_total", "Documents by how they came or left", ["direction", "channel", "outcome"]
)
REFUSALS = Counter(
    "platform_documents_refused_total", "Documents rejected or failed after they were accepted", ["reason"]
)
DELIVERY_SECONDS = Histogram(
    "platform_document_delivery_seconds", "From a document's acceptance to its delivery", ["channel"], buckets=_LONG
)
WEBHOOK_SECONDS = Histogram(
    "platform_document_webhook_seconds", "From a document's acceptance to a delivered call of a hook", buckets=_LONG
)
HOOK_SECONDS = Histogram("platform_hook_call_seconds", "Calls of hooks by what became of them", ["outcome"])
REASONS = (
    validate_document.RULES_VIOLATED,
    validate_document.VALIDATION_UNAVAILABLE,
    route_document.DOES_NOT_RECEIVE,
    route_document.UNKNOWN,
    route_document.LOOKUP_FAILED,
    transmit_document.REFUSED,
    transmit_document.EXHAUSTED,
    confirm_transmission.REFUSED_BY_RECEIVER,
    confirm_transmission.UNCONFIRMED,
)
HOOK_OUTCOMES = ("delivered", "retried", "failed", "disabled", "cancelled")


def _declare() -> None:
    """Show the zeros: a rate misses what happens before its series is there."""
    for outcome in ("accepted", "rejected", "failed"):
        DOCUMENTS.labels(direction="outbound", channel=NO_CHANNEL, outcome=outcome)
    DOCUMENTS.labels(direction="inbound", channel=NO_CHANNEL, outcome="duplicate")
    for channel in _CHANNELS:
        DOCUMENTS.labels(direction="outbound", channel=channel, outcome="delivered")
        DOCUMENTS.labels(direction="inbound", channel=channel, outcome="received")
        DELIVERY_SECONDS.labels(channel=channel)
    for reason in REASONS:
        REFUSALS.labels(reason=reason)
    for outcome in HOOK_OUTCOMES:
        HOOK_SECONDS.labels(outcome=outcome)


_declare()


def counted(transaction: Transaction) -> Publish:
    """Return the transaction's `publish`, that also counts what it publishes once that is committed."""

    def publish(event: Event, **where: Any) -> UUID:
        transaction.after_commit.append(partial(count_event, event, at=transaction.clock.now()))
        return transaction.publish(event, **where)

    return publish


def count_event(event: Event, *, at: datetime) -> None:
    """Count what an event of a document says; others say nothing here."""
    match event:
        case DocumentAccepted():
            _document("outbound", "accepted")
        case DocumentDelivered(channel=channel):
            _document("outbound", "delivered", channel)
            DELIVERY_SECONDS.labels(channel=channel).observe(_since(event.document.exchange_id, at))
        case DocumentReceived(channel=channel):
            _document("inbound", "received", channel)
        case DuplicateDetected():
            _document("inbound", "duplicate")
        case DocumentRejected(reason=reason):
            _document("outbound", "rejected")
            REFUSALS.labels(reason=reason).inc()
        case DocumentFailed(reason=reason):
            _document("outbound", "failed")
            REFUSALS.labels(reason=reason).inc()


def count_call(call: PendingCall, response: Response, *, state: str, at: datetime) -> None:
    """Count an attempt at a hook, and how long the news took when it arrived."""
    HOOK_SECONDS.labels(outcome=_outcome(response, state)).observe(response.milliseconds / 1000)
    if state == "delivered" and call.topic != PING and call.exchange_id is not None:
        WEBHOOK_SECONDS.observe(_since(call.exchange_id, at))


def _document(direction: str, outcome: str, channel: str = NO_CHANNEL) -> None:
    DOCUMENTS.labels(direction=direction, channel=channel, outcome=outcome).inc()


def _outcome(response: Response, state: str) -> str:
    if state == "pending":
        return "retried"
    return "disabled" if response.gone else state


def _since(exchange_id: UUID, at: datetime) -> float:
    return max((at - made_at(exchange_id)).total_seconds(), 0.0)
