"""Event types of the tests' own, each on a topic of its own, so that tests share a Kafka without seeing each other."""

import secrets

from shared.contracts.event import REGISTRY, Event
from shared.contracts.topics import Topic, TopicKind
from shared.messaging.kafka_admin import provision_topics
from shared.settings import KafkaSettings


class Note(Event):
    """What the tests publish; its subclasses are registered, it is not."""

    number: int


def note_type(name: str | None = None, *, topic: str | None = None) -> type[Note]:
    """Return a new event type on a new fact topic; a worker names both to find its parent's."""
    tail = secrets.token_hex(6)
    event_type = name or f"kit.note-{tail}.v1"
    if event_type in REGISTRY:
        raise ValueError(f"{event_type} is taken")
    place = Topic(name=topic or f"kit.notes-{tail}", owner="kit", kind=TopicKind.FACT)
    made: type[Note] = type("NoteTaken", (Note,), {"type": event_type, "topic": place, "__module__": __name__})
    return made


async def provisioned_note_type(bootstrap_servers: str) -> type[Note]:
    """Return a new event type whose topic exists."""
    made = note_type()
    await provision_topics(KafkaSettings(bootstrap_servers=bootstrap_servers), [made.topic])
    return made
