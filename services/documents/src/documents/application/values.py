"""The values that pass between the use cases and what they talk to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from documents.domain.findings import DocumentType
from documents.domain.hooks import Hook


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, as the access token says. `key` is the connection key, None for a person."""

    subject: UUID
    environment: UUID
    key: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the projections know of a caller and a party; None is what they do not know (yet).

    `user_*` is the person, for a key its creator. `member` is that person's active membership of the organization.
    """

    key_status: str | None = None
    key_organization_id: UUID | None = None
    user_status: str | None = None
    user_role: str | None = None
    organization_id: UUID | None = None
    environment_id: UUID | None = None
    mode: str = "live"
    organization_status: str | None = None
    parties: tuple[str, ...] = ()
    member: bool = False
    plan: str | None = None
    depleted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The caller may act for `party`, which belongs to this organization."""

    party: str
    organization_id: UUID
    environment_id: UUID
    mode: str
    parties: tuple[str, ...]
    plan: str | None
    depleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHeader:
    """What a document says about itself. `sender_ids` are all identifiers of the sender, its endpoint first.

    `has_sender_endpoint` tells whether the document gives an electronic address of the sender at all.
    """

    document_type: DocumentType
    sender_ids: tuple[str, ...]
    has_sender_endpoint: bool
    receiver: str | None
    number: str
    issue_date: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a Standard Business Document Header says; identifiers are canonical, the type without its scheme."""

    sender: str
    receiver: str
    document_type_id: str
    process_id: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingParty:
    """An organization that is active here. `document_types` are bare Peppol document type ids."""

    organization_id: UUID
    environment_id: UUID
    receiving: bool
    document_types: frozenset[str]
    plan: str | None

    def receives(self, document_type_id: str) -> bool:
        return self.receiving and document_type_id in self.document_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a participant receives a document type."""

    process_id: str
    transport_profile: str
    url: str
    certificate: str
    access_point: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability:
    """What the Peppol directory says: whether it knows the participant, and the endpoints for the document type."""

    known: bool
    endpoints: tuple[Endpoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """One document for the network. The same `message_id` is never sent twice."""

    message_id: str
    sender: str
    receiver: str
    document_type_id: str
    process_id: str
    country: str
    content: bytes


class HandoverState(StrEnum):
    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What became of a shipment: sent with a receipt, to be tried again, or refused for good."""

    state: HandoverState
    reason: str = ""


class AcknowledgementState(StrEnum):
    UNKNOWN = "unknown"
    IN_PROGRESS = "in_progress"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED_BY_RECEIVER = "refused_by_receiver"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What the access point knows of a shipment that it took."""

    state: AcknowledgementState
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """Something that hooks may want to hear. `document_id` is the one that the hook's owner knows, `about` our own."""

    environment_id: UUID
    organization_id: UUID
    party: str
    topic: str
    document_id: UUID
    about: UUID
    message: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCall:
    """A call of a hook that was not settled yet, with its sealed secrets. A ping is about no exchange."""

    delivery_id: UUID
    hook: Hook
    secret: bytes | None
    standard_secret: bytes
    topic: str
    party: str
    document_id: UUID
    about: UUID
    message: str
    details: Mapping[str, str]
    created_at: datetime
    state: str
    exchange_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCall:
    """One POST, signed."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a target answered; `status` is None when there was no answer, and `error` says why."""

    status: int | None
    error: str | None = None
    excerpt: str = ""
    retry_after: float | None = None
    milliseconds: int = 0

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - the 2xx class

    @property
    def gone(self) -> bool:
        return self.status == 410  # noqa: PLR2004 - Gone: the target wants no more calls

    @property
    def reason(self) -> str:
        return self.error or f"status {self.status}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationProjection:
    """What this service keeps of an organization. `parties` are canonical with whether each receives."""

    id: UUID
    environment_id: UUID
    mode: str
    status: str
    document_types: tuple[str, ...]
    parties: Mapping[str, bool]
