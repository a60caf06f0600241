"""Bodies of requests and responses: camelCase outside, never domain objects."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Body(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True, frozen=True, extra="ignore"
    )


class DocumentIdBody(Body):
    id: UUID


class StatusItem(Body):
    """One thing that happened; `name` is the status as integrations know it, `description` is for people."""

    id: UUID
    name: str
    description: str
    created_on: datetime


class RecipientBody(Body):
    id: str
    channel: str
    description: str


class BusError(Body):
    """The message bus' error."""

    code: str
    message: str
    help_link: str
    request_id: str
    date_time: str


class HookBody(Body):
    """A hook as it is stored; secrets never come out, except a Standard Webhooks secret that was made just now."""

    id: str
    name: str
    action: str
    topics: list[str]
    publish_topics: list[str] = []
    filter: str | None = None
    is_active: bool
    created_on: datetime
    changed_on: datetime
    standard_secret: str | None = None


class HookInput(Body):
    """A hook as it is put. `url` and `topic` are other names of `action` and `topics`."""

    id: Annotated[str | None, Field(max_length=100)] = None
    name: str = ""
    action: str | None = None
    url: str | None = None
    secret: str | None = None
    standard_secret: str | None = None
    topics: list[str] | None = None
    topic: str | list[str] | None = None
    publish_topics: list[str] = []
    init: dict[str, Any] | None = None
    filter: str | None = None
    is_active: bool = True


class CodeBody(Body):
    """A stable code, and its name in the reader's language."""

    code: str
    label: str


class WordingBody(Body):
    found: str
    expected: str


class ExplanationBody(Body):
    """The finding in plain words: what this document has, and what is expected instead."""

    nl: WordingBody
    en: WordingBody


class FindingBody(Body):
    """`text` is the rule's own; `explanation` is ours, and null for rules that only their text explains.

    `ruleSet` names the rule set that speaks; empty for the schema.
    """

    rule_id: str
    rule_set: str = ""
    severity: str
    artifact: str
    location: str
    text: str
    explanation: ExplanationBody | None = None


class NextReleaseBody(Body):
    """What the next release of the rules says when it is the opposite of the verdict: `label` says so to people."""

    name: str
    in_force_from: date
    passes: bool
    label: str
    findings: list[FindingBody]
    omitted_findings: int


class DocumentBody(Body):
    id: UUID
    exchange_id: UUID
    direction: str
    organization_id: UUID
    caller_document_id: UUID | None
    sender: str
    receiver: str
    document_type_id: str
    family: str
    number: str
    issue_date: str
    status: str
    status_label: str
    delivery_channel: CodeBody | None
    planned_channel: str | None
    message_id: str | None
    reason: str | None
    detail: str | None
    original_id: UUID | None
    size_bytes: int
    created_at: datetime
    downloaded_at: datetime | None
    bus_until: datetime | None
    archive_until: datetime


class DocumentDetailBody(DocumentBody):
    """With what the rules said: `validated` is False while they have not spoken.

    `release` is the release of the rules that decided. `nextRelease` is there when the one after it says the opposite.
    """

    validated: bool
    release: str
    rule_sets: list[dict[str, str]]
    findings: list[FindingBody]
    omitted_findings: int
    next_release: NextReleaseBody | None = None


class DocumentPage(Body):
    items: list[DocumentBody]
    next: str | None


class TimelineItem(Body):
    sequence: int
    at: datetime
    status: str
    label: str
    icon: CodeBody
    delivery_channel: CodeBody | None
    detail: str | None


class TimelineBody(Body):
    items: list[TimelineItem]


class AttemptBody(Body):
    attempt: int
    at: datetime
    status: int | None
    error: str | None
    milliseconds: int
    response: str | None


class DeliveryBody(Body):
    id: UUID
    topic: str
    party_id: str
    document_id: UUID | None
    state: str
    created_at: datetime
    attempts: list[AttemptBody]


class DeliveryPage(Body):
    items: list[DeliveryBody]
    next: str | None


class ReceivedBody(Body):
    id: UUID
    repeated: bool


class DeliveryOptionBody(Body):
    """How a party receives a document type on the network."""

    party_id: str
    document_type_id: str
    process_id: str
    family: str
    protocol: str
    url: str
    access_point: str
    certificate: str


class SourceBody(Body):
    type_id: str
    specification: str
    release: str


class AssertionBody(Body):
    """`artifact` is `schema` or `business-rules`, `flag` is `success`, `warning` or `error`."""

    artifact: str
    flag: str
    text: str
    rule_id: str
    location: str
    explanation: ExplanationBody | None = None


class NextValidationBody(Body):
    """The other half of dual validation: what the release says that comes into force on that day."""

    name: str
    in_force_from: date
    is_valid: bool
    assertions: list[AssertionBody]


class ValidationBody(Body):
    """`isValid` is by the release in force; `nextRelease` is there when the next one says the opposite."""

    is_valid: bool
    source: SourceBody
    assertions: list[AssertionBody]
    next_release: NextValidationBody | None = None


class DocumentTypeBody(Body):
    """What a document declares itself to be."""

    family: str
    syntax: str
    specification: str
    customization_id: str
    document_type_id: str
    process_id: str


class VerdictBody(Body):
    """What the rules say about a document that is not sent: nothing of it is kept.

    `release` is the release of the rules that speaks. `nextRelease` is there when the release in force was asked and
    the one after it says the opposite.
    """

    valid: bool
    document_type: DocumentTypeBody
    release: str
    rule_sets: list[dict[str, str]]
    findings: list[FindingBody]
    omitted_findings: int
    next_release: NextReleaseBody | None = None
