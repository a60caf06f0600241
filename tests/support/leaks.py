"""Collects what a running service says to others, and finds in it what it must keep to itself.

What is said: log lines as the real configuration writes them, finished spans, events in outboxes, bodies of errors. A
`Keeper` knows the secrets of a run by name and the personal data; `leaks` names each place where one is found.
"""

import base64
import io
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import httpx2
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from shared.observability.logging import configure_logging
from shared.settings import LogSettings

PERSONAL_TOPICS = frozenset({"identity.users", "billing.payments"})
"""Where names and addresses of people may be (docs/architecture.md, "Personal data")."""
_FIRST_ERROR = 400
_SHORTEST = 6


@dataclass(slots=True)
class Said:
    """What was said, by place."""

    logs: io.StringIO = field(default_factory=io.StringIO)
    spans: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)
    errors: list[str] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)

    async def hear(self, response: httpx2.Response) -> None:
        """Keep an error's body: give this to an HTTP client as a response hook."""
        if response.status_code >= _FIRST_ERROR:
            await response.aread()
            self.errors.append(f"{response.status_code} {response.text} {dict(response.headers)}")

    async def read_outbox(self, pool: Any) -> None:
        for row in await pool.fetch("select topic, key, headers, payload from outbox"):
            text = f"{row['key']} {json.dumps(dict(row['headers']))} {bytes(row['payload']).decode()}"
            self.events.append((row["topic"], text))

    def places(self) -> Iterator[tuple[str, str, str]]:
        """Yield kind, place and text of everything that was said."""
        for line in self.logs.getvalue().splitlines():
            yield "log", line[:80], line
        for span in self.spans.get_finished_spans():
            yield "trace", span.name, _text_of(span)
        for topic, text in self.events:
            yield "event", topic, text
        for text in self.errors:
            yield "error", text[:80], text


@dataclass(slots=True)
class Keeper:
    """Knows what must not be said: `secrets` to nobody, `personal` in few places."""

    secrets: dict[str, str] = field(default_factory=dict)
    personal: dict[str, str] = field(default_factory=dict)

    def keep(self, **secrets: str) -> None:
        self.secrets |= secrets

    def leaks(self, said: Said) -> list[str]:
        """Return where something was said that should not have been."""
        found = []
        for kind, place, text in said.places():
            for name, form in self._forms(self.secrets):
                if form in text:
                    found.append(f"{kind}: {name} in {place}")
            for name, form in self._forms(self.personal):
                if form in text and not _may_hold(kind, place):
                    found.append(f"{kind}: personal data ({name}) in {place}")
        return found

    def _forms(self, kept: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield each in the forms in which it would be recognized: plain, in a URL, in JSON, in base64."""
        for name, value in kept.items():
            assert len(value) >= _SHORTEST, f"{name} is too short to be looked for"
            forms = {value, quote(value, safe=""), json.dumps(value)[1:-1], base64.b64encode(value.encode()).decode()}
            yield from ((name, form) for form in forms)


def _may_hold(kind: str, place: str) -> bool:
    """Tell whether personal data may be here: two topics, and an answer to the person who sent it."""
    return kind == "error" or (kind == "event" and place in PERSONAL_TOPICS)


def _text_of(span: ReadableSpan) -> str:
    events = [(event.name, dict(event.attributes or {})) for event in span.events]
    return f"{span.name} {dict(span.attributes or {})} {events} {span.status.description}"


@contextmanager
def listening() -> Iterator[Said]:
    """Hear everything, the least important log lines too, until the block ends."""
    said = Said()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure, before = structlog.configure, structlog.get_config()

    def without_cache(**options: Any) -> None:
        configure(**{**options, "cache_logger_on_first_use": False})

    with patch.object(structlog, "configure", without_cache), patch.object(sys, "stdout", said.logs):
        configure_logging(LogSettings(format="json", level="DEBUG"), service="tests")
    _provider().add_span_processor(SimpleSpanProcessor(said.spans))
    try:
        yield said
    finally:
        said.spans.shutdown()
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.contextvars.clear_contextvars()
        structlog.configure(**before)


def _provider() -> TracerProvider:
    """Return the provider of this process, which can be set once only."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    return provider
