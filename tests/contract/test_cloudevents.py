"""Our records are CloudEvents 1.0 in Kafka's binary mode, in the eyes of the reference library."""

from datetime import datetime
from uuid import uuid4

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from koerier.contracts.examples import example_of
from shared.clock import utc_now
from shared.contracts.catalogue import ALL_EVENTS
from shared.contracts.event import Event
from support.events import outgoing


@pytest.mark.parametrize("event", ALL_EVENTS, ids=lambda event: event.type)
def test_the_reference_library_reads_the_record(event: type[Event]) -> None:
    subject, environment = uuid4(), uuid4()
    made = event.model_validate(example_of(event))
    record = outgoing(made, subject=subject, environment=environment, sequence=7, occurred_at=utc_now())
    headers = {name: text.encode() for name, text in record.headers.items()}

    read = from_binary(
        KafkaMessage(headers=headers, key=record.key.encode(), value=record.payload), JSONFormat(), CloudEvent
    )

    attributes = read.get_attributes()
    assert attributes["type"] == event.type
    assert attributes["source"] == f"/{event.topic.owner}"
    assert attributes["subject"] == str(subject)
    assert attributes["environment"] == str(environment)
    assert attributes["sequence"] == "7"
    assert isinstance(attributes["time"], datetime)
    assert read.get_data() == example_of(event)
