"""What the two sides of an exchange have in common: who, what, where the content lies, and its steps.

A document changes only through its side's transition table; each change adds a `Step`, whose sequence is the version
that the change made. Steps are what the timeline shows.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.errors import Conflict


class Channel(StrEnum):
    """How a document travelled; `scan_recognise` and `email` are reserved for what converts and mails."""

    SCAN_RECOGNISE = "scan_recognise"
    EMAIL = "email"
    PLATFORM = "platform"
    PEPPOL = "peppol"


class TransitionRefused(Conflict):
    """The document's state does not allow this."""


class ChannelImmutable(Conflict):
    """A delivered document keeps its delivery channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What never changes. Parties are canonical, `document_type_id` carries no scheme, `issue_date` is an ISO date."""

    id: UUID
    exchange_id: UUID
    environment_id: UUID
    mode: str
    organization_id: UUID
    sender: str
    receiver: str
    document_type_id: str
    process_id: str
    family: str
    number: str
    issue_date: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentKey:
    """Where the content lies: its digest, within the partition of the month in which it may go."""

    sha256: bytes
    size: int
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of a document. `status` is the new state, or what happened without changing it (`retry`)."""

    sequence: int
    status: str
    channel: Channel | None = None
    detail: str | None = None
