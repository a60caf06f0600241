"""What the committed contracts are made from: the services' own definitions, asked without running anything."""

import importlib
from typing import Any
from unittest.mock import MagicMock

from shared.contracts.catalogue import ALL_EVENTS
from shared.http.app import HttpKit
from shared.messaging.consumer import EventConsumer

SERVICES = ("identity", "organizations", "documents", "billing")
BASE_URL = "https://localhost:8443"


def _definition(service: str) -> Any:
    return importlib.import_module(f"{service}.bootstrap").SERVICE


def _nothing() -> Any:
    """Return an application that is asked for its parts and never called."""
    return MagicMock(name="application")


def openapi_of(service: str) -> dict[str, Any]:
    """Return the service's OpenAPI 3.1 document."""
    kit = HttpKit(service=service, base_url=BASE_URL)
    document: dict[str, Any] = _definition(service).create_http(_nothing(), kit).openapi()
    return document


def consumers_of(service: str) -> list[EventConsumer[Any]]:
    """Return the service's consumers, connected to nothing."""
    return list(_definition(service).build_consumers(_nothing()))


def consumers_by_event() -> dict[str, list[str]]:
    """Return, by event type, the groups that do something with it."""
    groups: dict[str, list[str]] = {event.type: [] for event in ALL_EVENTS}
    for service in SERVICES:
        for consumer in consumers_of(service):
            for event in ALL_EVENTS:
                if event.topic == consumer.topic and consumer.reads(event):
                    groups[event.type].append(consumer.group)
    return groups
