"""What the read side gives out: frozen rows, never domain objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from documents.domain.document import ContentKey, Step
from documents.domain.findings import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """`explanation` is by language: `{"nl": {"found": …, "expected": …}, "en": …}`; None when nobody wrote one."""

    rule_id: str
    severity: str
    location: str
    text: str
    artifact: str
    explanation: Mapping[str, Any] | None = None
    rule_set: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVerdictView:
    """What the release that was the next one then says, the opposite of the verdict."""

    name: str
    in_force_from: date
    passes: bool
    findings: Sequence[FindingView]
    omitted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """The outcome of validation, as it was stored; `release` is empty for what was validated before there were any."""

    rule_sets: Sequence[Mapping[str, Any]]
    findings: Sequence[FindingView]
    omitted: int
    release: str = ""
    next_release: NextVerdictView | None = None

    @property
    def valid(self) -> bool:
        return all(finding.severity != Severity.FATAL for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    id: UUID
    exchange_id: UUID
    direction: str
    environment_id: UUID
    organization_id: UUID
    caller_document_id: UUID | None
    sender: str
    receiver: str
    document_type_id: str
    family: str
    number: str
    issue_date: str
    state: str
    planned_channel: str | None
    delivery_channel: str | None
    message_id: str | None
    attempts: int
    reason: str | None
    detail: str | None
    original_id: UUID | None
    content: ContentKey
    created_at: datetime
    downloaded_at: datetime | None
    bus_until: datetime | None
    archive_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """A step with its time."""

    at: datetime
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    attempt: int
    at: datetime
    status: int | None
    error: str | None
    milliseconds: int
    response: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """One call of a hook with its attempts."""

    id: UUID
    topic: str
    party: str
    document_id: UUID | None
    state: str
    created_at: datetime
    attempts: Sequence[AttemptView]
