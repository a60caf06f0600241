"""One outbound transmission of the access point, and the JSON that its REST API answers about it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sandbox.identifiers import millis, now
from sandbox.peppol.sbdh import Envelope


class OutboundStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    PERMANENTLY_FAILED = "permanently_failed"


class MlsStatus(StrEnum):
    """Message level status: what the receiving side said about the document afterwards."""

    PENDING = "pending"
    APPROVED = "received_ap"
    BLIND = "received_ab"
    REJECTED = "received_re"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    at: datetime
    what: str


@dataclass(slots=True, kw_only=True)
class Transmission:
    id: str
    envelope: Envelope
    document: bytes
    created_at: datetime
    status: OutboundStatus = OutboundStatus.PENDING
    attempts: int = 0
    completed_at: datetime | None = None
    next_retry_at: datetime | None = None
    error: str | None = None
    mls: MlsStatus = MlsStatus.PENDING
    steps: list[Step] = field(default_factory=list)

    def note(self, what: str) -> None:
        self.steps.append(Step(at=now(), what=what))

    def view(self) -> dict[str, Any]:
        """Render it as `OutboundTransactionResponse` of the real access point."""
        envelope = self.envelope
        return {
            "id": self.id,
            "transactionType": "business_document",
            "senderID": envelope.sender.uri,
            "receiverID": envelope.receiver.uri,
            "docTypeID": f"{envelope.document_scheme}::{envelope.document_type}",
            "processID": f"{envelope.process_scheme}::{envelope.process}",
            "sbdhInstanceID": envelope.instance_id,
            "status": self.status,
            "attemptCount": self.attempts,
            "createdDT": millis(self.created_at),
            "completedDT": millis(self.completed_at) if self.completed_at else None,
            "reportingStatus": "reported" if self.status is OutboundStatus.SENT else "pending",
            "nextRetryDT": millis(self.next_retry_at) if self.next_retry_at else None,
            "errorDetails": self.error,
            "mlsStatus": self.mls,
            "custom1": None,
            "custom2": None,
            "custom3": None,
        }


@dataclass(slots=True, kw_only=True)
class Attempt:
    """What one attempt to send came to; rendered as the sending report of the real access point."""

    started_at: datetime
    smp_url: str = ""
    endpoint_url: str = ""
    lookup_error: str | None = None
    as4_message_id: str | None = None
    receipt: str | None = None
    as4_errors: list[dict[str, str]] = field(default_factory=list)
    result: str | None = None
    error: str | None = None
    retry: bool = True

    @property
    def succeeded(self) -> bool:
        return self.receipt is not None

    @property
    def reason(self) -> str:
        return self.lookup_error or self.error or "sending failed"

    def report(self, envelope: Envelope, zone: str) -> dict[str, Any]:
        millis_taken = int((now() - self.started_at).total_seconds() * 1000)
        report: dict[str, Any] = {
            "currentDateTimeUTC": millis(self.started_at),
            "phase4Version": "sandbox",
            "smlDnsZone": f"{zone}.",
            "senderId": envelope.sender.uri,
            "receiverId": envelope.receiver.uri,
            "docTypeId": f"{envelope.document_scheme}::{envelope.document_type}",
            "processId": f"{envelope.process_scheme}::{envelope.process}",
            "countryC1": envelope.country,
            "senderPartyId": "PNL000001",
            "transportProfileId": "peppol-transport-as4-v2_0",
            "sbdhInstanceIdentifier": envelope.instance_id,
        }
        optional = {
            "c3SmpUrl": self.smp_url,
            "c3EndpointUrl": self.endpoint_url,
            "lookupError": self.lookup_error,
            "as4MessageId": self.as4_message_id,
            "as4SendingDateTime": millis(self.started_at) if self.as4_message_id else None,
            "as4ReceivedSignalMsg": self.receipt,
        }
        report.update({name: value for name, value in optional.items() if value})
        report["as4ResponseError"] = bool(self.as4_errors)
        if self.as4_errors:
            report["as4ResponseErrors"] = self.as4_errors
        report.update(
            {name: value for name, value in (("sendingResult", self.result), ("sendingError", self.error)) if value}
        )
        report["overallDurationMillis"] = millis_taken
        report["sendingSuccess"] = self.succeeded
        report["overallSuccess"] = self.succeeded
        return report
