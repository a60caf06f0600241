"""Every event of the platform, whoever imports what: the one module that imports all the others.

What is known here is what "an unknown type" and "an unknown version" are judged by, and what schemas, AsyncAPI and
docs/events.md are made from.
"""

from . import billing, documents, identity, organizations
from .event import REGISTRY, Event

_MODULES = frozenset(module.__name__ for module in (billing, documents, identity, organizations))

ALL_EVENTS: tuple[type[Event], ...] = tuple(
    sorted((event for event in REGISTRY.values() if event.__module__ in _MODULES), key=lambda event: event.type)
)


def published_by(service: str) -> tuple[type[Event], ...]:
    """Return the events that `service` publishes: those on its own topics."""
    return tuple(event for event in ALL_EVENTS if event.topic.owner == service)
