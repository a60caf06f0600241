"""Events of documents: the life of outbound and inbound documents, usage and hooks (docs/events.md).

Every event of a document carries `DocumentFacts`, so that a consumer need not call back. Parties are canonical
participant identifiers (`0106:12345678`).
"""

from datetime import datetime
from uuid import UUID

from . import topics
from .event import Contract, Event


class DocumentFacts(Contract):
    """Who sends what to whom. `direction` is `outbound` or `inbound`; both sides share `exchange_id`."""

    document_id: UUID
    exchange_id: UUID
    direction: str
    organization_id: UUID
    sender: str
    receiver: str
    document_type_id: str
    family: str
    number: str
    issue_date: str | None = None


class Finding(Contract):
    """One broken rule. `severity` is `fatal` or `warning`."""

    rule_id: str
    severity: str
    location: str
    text: str


class _DocumentEvent(Event):
    """Common to every event of a document."""

    topic = topics.DOCUMENTS_DOCUMENTS
    document: DocumentFacts


class DocumentAccepted(_DocumentEvent):
    type = "documents.document-accepted.v1"
    size_bytes: int
    sha256: str


class DocumentValidated(_DocumentEvent):
    type = "documents.document-validated.v1"
    rule_sets: tuple[str, ...]
    warnings: int


class DocumentRejected(_DocumentEvent):
    """`reason` is a machine code (`rules_violated`, `receiver_does_not_receive`, …)."""

    type = "documents.document-rejected.v1"
    reason: str
    detail: str
    findings: tuple[Finding, ...] = ()


class DocumentRouted(_DocumentEvent):
    """`channel` is the planned one: `platform`, `peppol` or `email`."""

    type = "documents.document-routed.v1"
    channel: str


class DocumentTransmitted(_DocumentEvent):
    """The access point took it over; not yet acknowledged."""

    type = "documents.document-transmitted.v1"
    channel: str
    message_id: str


class DocumentDelivered(_DocumentEvent):
    type = "documents.document-delivered.v1"
    channel: str
    message_id: str | None = None


class DocumentFailed(_DocumentEvent):
    type = "documents.document-failed.v1"
    reason: str
    detail: str
    attempts: int


class DocumentReceived(_DocumentEvent):
    type = "documents.document-received.v1"
    channel: str


class DuplicateDetected(_DocumentEvent):
    """The same supplier, date and number was here before; `original_id` is the one that was kept."""

    type = "documents.duplicate-detected.v1"
    original_id: UUID


class DocumentDownloaded(_DocumentEvent):
    type = "documents.document-downloaded.v1"
    downloaded_at: datetime


class DocumentErased(_DocumentEvent):
    type = "documents.document-erased.v1"
    erased_at: datetime


class ServiceRendered(Event):
    """A service that billing prices at `rendered_at`: `send_einvoice` or `receive_einvoice`."""

    type = "documents.service-rendered.v1"
    topic = topics.DOCUMENTS_USAGE
    service: str
    payer_environment: UUID
    organization_id: UUID
    document_id: UUID
    rendered_at: datetime


class HookDelivered(Event):
    type = "documents.hook-delivered.v1"
    topic = topics.DOCUMENTS_HOOKS
    hook_id: UUID
    delivery_id: UUID
    document_id: UUID | None = None
    hook_topic: str
    attempt: int


class HookFailed(Event):
    """The last attempt failed, or the target answered 410 (`disabled`)."""

    type = "documents.hook-failed.v1"
    topic = topics.DOCUMENTS_HOOKS
    hook_id: UUID
    delivery_id: UUID
    document_id: UUID | None = None
    hook_topic: str
    attempt: int
    reason: str
    disabled: bool = False
