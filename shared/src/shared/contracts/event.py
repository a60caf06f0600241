"""What an event is: data with a type, a topic, and the CloudEvents attributes around it.

A subclass of `Event` is the *data* of one event type in one version; the record's value on Kafka is that data as JSON
and nothing else. `Envelope` adds the CloudEvents 1.0 attributes, which travel as `ce_*` headers (Kafka binding, binary
mode). Importing `shared.contracts.<service>` registers that service's events; `event_class` finds one by its type.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from .topics import Topic, TopicKind

REGISTRY: dict[str, type["Event"]] = {}


class Contract(BaseModel):
    """A value inside an event: frozen, and readers ignore fields that they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Contract):
    """The data of one event type. Subclasses name their `type` (with version) and `topic`."""

    type: ClassVar[str]
    topic: ClassVar[Topic]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "type" not in cls.__dict__:
            return
        if cls.type in REGISTRY:
            raise TypeError(f"two events have the type {cls.type}")
        if cls.topic.kind is TopicKind.STATE and "state" not in cls.model_fields:
            raise TypeError(f"{cls.type} is on a state topic and must carry `state`")
        REGISTRY[cls.type] = cls


E = TypeVar("E", bound=Contract)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope(Generic[E]):
    """One event as it was published.

    `subject` is the aggregate's id and the record's key, except on usage topics, where the key is the payer. `sequence`
    is the version of the aggregate, so that a projection can ignore what is older than what it has.
    """

    id: UUID
    type: str
    source: str
    subject: str
    key: str
    environment: UUID
    sequence: int
    occurred_at: datetime
    data: E
    traceparent: str | None = None


def event_class(event_type: str) -> type[Event] | None:
    """Return the class that reads this exact type and version, or None."""
    return REGISTRY.get(event_type)


def is_known_type(event_type: str) -> bool:
    """Tell whether any version of this type is known: an unknown version of a known type is an error, not news."""
    name = event_type.rpartition(".v")[0]
    return any(known.rpartition(".v")[0] == name for known in REGISTRY)
