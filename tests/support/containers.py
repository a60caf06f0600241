"""The servers as containers, for machines with a Docker engine.

The definitions are data, so that a test can compare them with docker-compose.yml where no engine runs.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import docker  # type: ignore[import-untyped]
import docker.errors  # type: ignore[import-untyped]
import psycopg
from koerier.servers import kafka, postgres
from koerier.servers.kafka_jars import KAFKA_VERSION
from koerier.servers.ports import free_ports
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

DEFAULT_SOCKET = Path("/var/run/docker.sock")
KAFKA_PORT = 9092
KAFKA_CONTROLLER_PORT = 9093
POSTGRES_PORT = 5432


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerDefinition:
    """What a container runs: the same words as in docker-compose.yml."""

    image: str
    port: int
    environment: dict[str, str]
    command: list[str]


def postgres_definition(password: str) -> ContainerDefinition:
    """Define the PostgreSQL container with the settings of the local server."""
    return ContainerDefinition(
        image="postgres:18",
        port=POSTGRES_PORT,
        environment={
            "POSTGRES_USER": postgres.SUPERUSER,
            "POSTGRES_PASSWORD": password,
            "POSTGRES_INITDB_ARGS": " ".join(postgres.INITDB_ARGUMENTS),
        },
        command=[
            "postgres",
            *(part for name, value in postgres.SETTINGS.items() for part in ("-c", f"{name}={value}")),
        ],
    )


def kafka_definition(advertised: str) -> ContainerDefinition:
    """Define the Kafka container with the settings of the local node; clients reach it as `advertised` (host:port)."""
    settings = {
        **kafka.SETTINGS,
        "controller.quorum.voters": f"1@localhost:{KAFKA_CONTROLLER_PORT}",
        "listeners": f"PLAINTEXT://:{KAFKA_PORT},CONTROLLER://:{KAFKA_CONTROLLER_PORT}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "advertised.listeners": f"PLAINTEXT://{advertised}",
        "log.dirs": "/var/lib/kafka/data",
    }
    environment = {f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in settings.items()}
    environment["CLUSTER_ID"] = kafka.CLUSTER_ID
    environment["KAFKA_HEAP_OPTS"] = "-Xmx384m"
    return ContainerDefinition(
        image=f"apache/kafka:{KAFKA_VERSION}", port=KAFKA_PORT, environment=environment, command=[]
    )


def container(definition: ContainerDefinition, host_port: int | None = None, **client: str) -> DockerContainer:
    """Build the container; `client` goes to the Docker client, which asks the engine for its version unless told."""
    built = DockerContainer(
        definition.image,
        docker_client_kw=client,
        env=dict(definition.environment),
    )
    if definition.command:
        built = built.with_command(definition.command)
    return built.with_bind_ports(definition.port, host_port)


def engine_answers() -> bool:
    """Tell whether a Docker engine answers, without waiting where there is no sign of one."""
    if "DOCKER_HOST" not in os.environ and not DEFAULT_SOCKET.exists():
        return False
    try:
        client = docker.from_env(timeout=3)
    except docker.errors.DockerException:
        return False
    try:
        return bool(client.ping())
    except (docker.errors.DockerException, OSError):
        return False
    finally:
        client.close()


@contextmanager
def postgres_container(password: str) -> Iterator[str]:
    """Run PostgreSQL in a container; yields the superuser's address."""
    ready = LogMessageWaitStrategy("database system is ready to accept connections").with_startup_timeout(120)
    with container(postgres_definition(password)).waiting_for(ready) as running:
        address = f"{running.get_container_host_ip()}:{running.get_exposed_port(POSTGRES_PORT)}"
        dsn = f"postgresql://{postgres.SUPERUSER}:{password}@{address}/postgres"
        _wait_for_postgres(dsn)
        yield dsn


def _wait_for_postgres(dsn: str) -> None:
    """Wait until the server behind the image's set-up run answers: the log line appears twice."""
    for _ in range(300):
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            continue
        return
    raise TimeoutError("PostgreSQL in the container did not answer")


@contextmanager
def kafka_container() -> Iterator[str]:
    """Run Kafka in a container; yields the bootstrap servers."""
    (port,) = free_ports(1)
    host = os.environ.get("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
    ready = LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(120)
    with container(kafka_definition(f"{host}:{port}"), port).waiting_for(ready):
        yield f"{host}:{port}"
