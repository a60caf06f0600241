"""Reads a Kafka record into an event, or says exactly why it cannot be read.

Routing uses headers only; the value is parsed when somebody wants the event. An unknown *type* is news that this
service does not care for; an unknown *version* of a known type, a broken value and missing attributes are errors.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

import shared.contracts.catalogue  # noqa: F401 - what is known must not depend on what else was imported
from shared.contracts.event import Contract, Envelope, event_class, is_known_type
from shared.messaging.dead_letters import KafkaRecord


class UnreadableRecordError(Exception):
    """A record that will never be readable; `code` says why in one word."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Attributes:
    """The CloudEvents attributes of a record (Kafka binding, binary mode)."""

    id: UUID
    type: str
    source: str
    subject: str
    environment: UUID
    sequence: int
    time: datetime
    traceparent: str | None

    @property
    def known(self) -> bool:
        return event_class(self.type) is not None


def read_attributes(record: KafkaRecord) -> Attributes:
    """Return the record's attributes; raises `UnreadableRecordError` when one is missing or malformed."""
    try:
        headers = {name: value.decode() for name, value in record.headers}
        return Attributes(
            id=UUID(headers["ce_id"]),
            type=headers["ce_type"],
            source=headers["ce_source"],
            subject=headers["ce_subject"],
            environment=UUID(headers["ce_environment"]),
            sequence=int(headers["ce_sequence"]),
            time=_aware(headers["ce_time"]),
            traceparent=headers.get("traceparent"),
        )
    except KeyError as error:
        raise UnreadableRecordError("missing_attribute", f"header {error} is missing") from error
    except (ValueError, AttributeError) as error:
        raise UnreadableRecordError("malformed_attribute", str(error)) from error


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("ce_time has no offset")
    return moment


def refuse_unknown_version(attributes: Attributes) -> None:
    """Raise when the type is known in another version only; a plainly unknown type passes."""
    if not attributes.known and is_known_type(attributes.type):
        raise UnreadableRecordError("unknown_version", f"no reader for {attributes.type}")


def read_data(record: KafkaRecord, attributes: Attributes, model: type[Contract]) -> Envelope[Any]:
    """Return the record as `model` in its envelope; raises `UnreadableRecordError` when the value does not fit."""
    try:
        data = model.model_validate_json(record.value or b"")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UnreadableRecordError("malformed_data", f"{where or 'value'}: {first['msg']}") from error
    return Envelope(
        id=attributes.id,
        type=attributes.type,
        source=attributes.source,
        subject=attributes.subject,
        key=(record.key or b"").decode("utf-8", "replace"),
        environment=attributes.environment,
        sequence=attributes.sequence,
        occurred_at=attributes.time,
        data=data,
        traceparent=attributes.traceparent,
    )
