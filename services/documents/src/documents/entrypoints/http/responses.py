"""Turns views into bodies: labels, icons and channels in the reader's language."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from documents.application.views import DeliveryView, DocumentView, NextVerdictView, TimelineEntry, VerdictView
from documents.domain.document import Channel
from documents.domain.labels import CHANNELS, STATUSES, icon_label, icon_of, next_release_label
from documents.entrypoints.http.schemas import (
    AttemptBody,
    BusError,
    CodeBody,
    DeliveryBody,
    DocumentBody,
    DocumentDetailBody,
    FindingBody,
    NextReleaseBody,
    StatusItem,
    TimelineItem,
)

BUS_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": BusError, "description": description}
    for status, description in {
        400: "The request or the document is refused.",
        401: "No valid access token, or a revoked key.",
        402: "The prepaid credit is used up.",
        403: "The party is not yours, or the scope is missing.",
        404: "There is no such thing.",
        409: "This document id was used before, or the organization is not active.",
        413: "More than 24 MB.",
        415: "Neither multipart/form-data nor XML.",
        503: "Try again in a moment.",
    }.items()
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": description, "content": {"application/problem+json": {}}}
    for status, description in {
        400: "The request is malformed.",
        401: "No valid access token.",
        403: "The scope is missing.",
        404: "There is nothing here that you may see.",
    }.items()
}


def status_list(document_id: UUID, entries: Sequence[TimelineEntry], locale: str) -> list[StatusItem]:
    """Return the timeline as the message bus knows it."""
    items = []
    for entry in entries:
        words = STATUSES[entry.step.status]
        description = words.label(locale)
        if entry.step.detail:
            description = f"{description}: {entry.step.detail}"
        items.append(
            StatusItem(
                id=uuid5(document_id, str(entry.step.sequence)),
                name=words.bus_name,
                description=description,
                created_on=entry.at,
            )
        )
    return items


def channel_body(channel: str | None, locale: str) -> CodeBody | None:
    if channel is None:
        return None
    return CodeBody(code=channel, label=CHANNELS[Channel(channel)].label(locale))


def timeline_item(entry: TimelineEntry, locale: str) -> TimelineItem:
    step = entry.step
    return TimelineItem(
        sequence=step.sequence,
        at=entry.at,
        status=step.status,
        label=STATUSES[step.status].label(locale),
        icon=CodeBody(code=icon_of(step), label=icon_label(step, locale)),
        delivery_channel=channel_body(step.channel, locale),
        detail=step.detail,
    )


def document_body(view: DocumentView, locale: str) -> DocumentBody:
    return DocumentBody(**_fields(view, locale))


def document_detail(view: DocumentView, verdict: VerdictView | None, locale: str) -> DocumentDetailBody:
    findings = verdict.findings if verdict else ()
    return DocumentDetailBody(
        **_fields(view, locale),
        validated=verdict is not None,
        release=verdict.release if verdict else "",
        rule_sets=[dict(rule_set) for rule_set in verdict.rule_sets] if verdict else [],
        findings=[FindingBody.model_validate(finding, from_attributes=True) for finding in findings],
        omitted_findings=verdict.omitted if verdict else 0,
        next_release=_next_release(verdict.next_release, locale) if verdict and verdict.next_release else None,
    )


def _next_release(view: NextVerdictView, locale: str) -> NextReleaseBody:
    return NextReleaseBody(
        name=view.name,
        in_force_from=view.in_force_from,
        passes=view.passes,
        label=next_release_label(view.name, view.in_force_from, passes=view.passes, locale=locale),
        findings=[FindingBody.model_validate(finding, from_attributes=True) for finding in view.findings],
        omitted_findings=view.omitted,
    )


_SAME = (
    "id", "exchange_id", "direction", "organization_id", "caller_document_id", "sender", "receiver", "document_type_id",
    "family", "number", "issue_date", "planned_channel", "message_id", "reason", "detail", "original_id", "created_at",
    "downloaded_at", "bus_until", "archive_until",
)  # fmt: skip


def _fields(view: DocumentView, locale: str) -> dict[str, Any]:
    return {
        **{name: getattr(view, name) for name in _SAME},
        "status": view.state,
        "status_label": STATUSES[view.state].label(locale),
        "delivery_channel": channel_body(view.delivery_channel, locale),
        "size_bytes": view.content.size,
    }


def delivery_body(view: DeliveryView) -> DeliveryBody:
    return DeliveryBody(
        id=view.id,
        topic=view.topic,
        party_id=view.party,
        document_id=view.document_id,
        state=view.state,
        created_at=view.created_at,
        attempts=[AttemptBody.model_validate(attempt, from_attributes=True) for attempt in view.attempts],
    )
