"""Requests and responses of operators, and of the audit log that their acts are in."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from identity.entrypoints.http.schemas import Schema, without_control_characters

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=10, max_length=500),
    AfterValidator(without_control_characters),
]


class SharingRequest(Schema):
    """`consent`: how and by whom the environment that the domain leads to agreed, where there is one."""

    domain: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=253)]
    reason: Reason
    consent: Reason | None = None


class SharedDomainResponse(Schema):
    environment_id: UUID
    domain: str
    shared_at: datetime
    shared_by: UUID
    reason: str
    consent: str | None


class AppointmentRequest(Schema):
    """`reason` says how the person's identity was checked."""

    reason: Reason


class AuditEntryResponse(Schema):
    """One act: who (`actorId`) did what to whom or which key (`subjectId`), when, from which network address, why."""

    id: UUID
    at: datetime
    actor_id: UUID
    action: str
    subject_id: UUID
    client: str
    reason: str | None
    details: dict[str, Any]


class AuditPage(Schema):
    items: list[AuditEntryResponse]
    next: str | None
