"""The AsyncAPI 3.0 document of a service: what it publishes on its own topics and what it reads of others'."""

from typing import Any

from shared.contracts.catalogue import ALL_EVENTS, published_by
from shared.contracts.event import Event
from shared.contracts.topics import ALL_TOPICS, Topic
from shared.messaging.consumer import EventConsumer

from koerier.contracts.examples import example_of
from koerier.contracts.sources import consumers_of

_HEADERS = {
    "ce_specversion": "CloudEvents version, 1.0",
    "ce_id": "the event's id; a redelivery has the same",
    "ce_type": "type and version",
    "ce_source": "the service that published it",
    "ce_subject": "the aggregate's id",
    "ce_time": "when it happened (RFC 3339)",
    "ce_environment": "the environment that it belongs to",
    "ce_sequence": "version of the aggregate",
    "content-type": "application/json",
    "traceparent": "W3C trace context, when there is one",
}


def asyncapi_of(service: str) -> dict[str, Any]:
    """Return the service's AsyncAPI document."""
    consumers = consumers_of(service)
    own = [topic for topic in ALL_TOPICS if topic.owner == service]
    read = [consumer.topic for consumer in consumers]
    messages = [*published_by(service), *(event for consumer in consumers for event in _read_by(consumer))]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Koerier {service}",
            "version": "1.0.0",
            "description": f"Events that {service} publishes and reads. CloudEvents 1.0, Kafka binding, binary mode.",
            "contact": {"name": "Koerier", "email": "developers@koerier.example"},
            "license": {"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic, messages) for topic in {*own, *read} if _on(topic, messages)},
        "operations": {
            **{f"publish {topic.name}": _operation("send", topic) for topic in own if _on(topic, messages)},
            **{f"read {topic.name}": _operation("receive", topic) for topic in read if _on(topic, messages)},
        },
        "components": {"messages": {event.type: _message(event) for event in messages}},
    }


def _read_by(consumer: EventConsumer[Any]) -> list[type[Event]]:
    return [event for event in ALL_EVENTS if event.topic == consumer.topic and consumer.reads(event)]


def _on(topic: Topic, messages: list[type[Event]]) -> list[type[Event]]:
    return [event for event in messages if event.topic == topic]


def _channel(topic: Topic, messages: list[type[Event]]) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"{topic.kind.capitalize()} topic of {topic.owner}.",
        "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"} for event in _on(topic, messages)},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": _configuration(topic),
                "bindingVersion": "0.5.0",
            }
        },
    }


def _configuration(topic: Topic) -> dict[str, Any]:
    known: dict[str, Any] = {"cleanup.policy": [topic.config["cleanup.policy"]]}
    if "retention.ms" in topic.config:
        known["retention.ms"] = int(topic.config["retention.ms"])
    return known


def _operation(action: str, topic: Topic) -> dict[str, Any]:
    verb = "Publishes" if action == "send" else "Reads"
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"{verb} {topic.name}.",
    }


def _message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": (event.__doc__ or event.__name__).strip().splitlines()[0],
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "properties": {name: {"type": "string", "description": text} for name, text in _HEADERS.items()},
        },
        "payload": event.model_json_schema(
            ref_template="#/components/messages/" + event.type + "/payload/$defs/{model}"
        ),
        "examples": [{"payload": example_of(event)}],
    }
