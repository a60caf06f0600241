"""Where the tests' PostgreSQL and Kafka come from, in this order: the environment, a Docker engine, local binaries.

`KOERIER_TEST_POSTGRES_DSN` (a superuser's address) and `KOERIER_TEST_KAFKA_BOOTSTRAP` name servers that already run;
what the tests make there carries a random suffix and is dropped at the end.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from koerier.servers.throwaway import throwaway_kafka, throwaway_postgres

from support.containers import engine_answers, kafka_container, postgres_container

POSTGRES_VARIABLE = "KOERIER_TEST_POSTGRES_DSN"
KAFKA_VARIABLE = "KOERIER_TEST_KAFKA_BOOTSTRAP"


class Provider(StrEnum):
    ENVIRONMENT = "environment"
    DOCKER = "Docker"
    LOCAL = "local binaries"


@dataclass(slots=True)
class Usage:
    """What the session used, for the last lines of its output."""

    lines: list[str] = field(default_factory=list)

    def add(self, server: str, provider: Provider, seconds: float) -> None:
        self.lines.append(f"{server} from {provider}, ready after {seconds:.1f} s")


@cache
def provider_of(variable: str) -> Provider:
    """Choose where a server comes from."""
    if os.environ.get(variable):
        return Provider.ENVIRONMENT
    return Provider.DOCKER if engine_answers() else Provider.LOCAL


@contextmanager
def running_postgres(directory: Path, usage: Usage) -> Iterator[str]:
    """Yield the superuser's address of a PostgreSQL server."""
    provider = provider_of(POSTGRES_VARIABLE)
    started = time.monotonic()
    match provider:
        case Provider.ENVIRONMENT:
            usage.add("PostgreSQL", provider, 0)
            yield os.environ[POSTGRES_VARIABLE]
        case Provider.DOCKER:
            with postgres_container(secrets.token_urlsafe(16)) as dsn:
                usage.add("PostgreSQL", provider, time.monotonic() - started)
                yield dsn
        case Provider.LOCAL:
            with throwaway_postgres(directory) as server:
                usage.add("PostgreSQL", provider, time.monotonic() - started)
                yield server.dsn


@contextmanager
def running_kafka(directory: Path, usage: Usage) -> Iterator[str]:
    """Yield the bootstrap servers of a Kafka cluster."""
    provider = provider_of(KAFKA_VARIABLE)
    started = time.monotonic()
    match provider:
        case Provider.ENVIRONMENT:
            usage.add("Kafka", provider, 0)
            yield os.environ[KAFKA_VARIABLE]
        case Provider.DOCKER:
            with kafka_container() as bootstrap_servers:
                usage.add("Kafka", provider, time.monotonic() - started)
                yield bootstrap_servers
        case Provider.LOCAL:
            with throwaway_kafka(directory) as node:
                usage.add("Kafka", provider, time.monotonic() - started)
                yield node.bootstrap_servers
