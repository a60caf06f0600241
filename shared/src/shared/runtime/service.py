"""What a service is to the kit that runs it: its name, settings, migrations and the things that it builds.

One definition serves every command (`api`, `worker`, `all`, `migrate`, `dead-letters`, `outbox`), so that no process of
any service is put together in its own way.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from fastapi import FastAPI

from shared.contracts.topics import ALL_TOPICS, Topic
from shared.http.app import HttpKit
from shared.http.security import FetchKeys
from shared.messaging.consumer import EventConsumer
from shared.messaging.jobs import JobKind
from shared.messaging.sampling import Sample
from shared.settings import (
    HttpSettings,
    KafkaSettings,
    LogSettings,
    PostgresSettings,
    PublicSettings,
    ReadinessSettings,
    TelemetrySettings,
    TokenSettings,
)


class CommonSettings(Protocol):
    """The sections that every service's `Settings` has."""

    @property
    def postgres(self) -> PostgresSettings: ...
    @property
    def kafka(self) -> KafkaSettings: ...
    @property
    def http(self) -> HttpSettings: ...
    @property
    def worker(self) -> HttpSettings: ...
    @property
    def public(self) -> PublicSettings: ...
    @property
    def tokens(self) -> TokenSettings: ...
    @property
    def log(self) -> LogSettings: ...
    @property
    def telemetry(self) -> TelemetrySettings: ...
    @property
    def readiness(self) -> ReadinessSettings: ...


S = TypeVar("S", bound=CommonSettings)
A = TypeVar("A")
Loop = Callable[[], Awaitable[None]]


def _no_jobs(_application: Any) -> Sequence[JobKind]:
    return ()


def _no_loops(_application: Any) -> Sequence[Loop]:
    return ()


def _no_samples(_application: Any) -> Sequence[Sample]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[S, A]):
    """`open_application` is the composition root; the others connect the application to the outside.

    `fetch_keys` overrides where token keys come from (identity has them itself). `build_samples` are figures of the
    service's own that its workers read from the database for the metrics.
    """

    name: str
    load_settings: Callable[[], S]
    migrations: Path
    open_application: Callable[[S, Any], AbstractAsyncContextManager[A]]
    create_http: Callable[[A, HttpKit], FastAPI]
    build_consumers: Callable[[A], Sequence[EventConsumer[Any]]]
    build_jobs: Callable[[A], Sequence[JobKind]] = _no_jobs
    build_loops: Callable[[A], Sequence[Loop]] = _no_loops
    build_samples: Callable[[A], Sequence[Sample]] = _no_samples
    fetch_keys: Callable[[A], FetchKeys] | None = None

    @property
    def topics(self) -> list[Topic]:
        """The topics that this service owns and therefore provisions."""
        return [topic for topic in ALL_TOPICS if topic.owner == self.name]
