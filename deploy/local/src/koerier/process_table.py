"""The platform as a process table: what runs on a laptop, with what, after what."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2
import psycopg

from koerier.environment import Environment
from koerier.secrets_file import roles_of
from koerier.servers.databases import SERVICES, provision_database, provision_roles
from koerier.servers.kafka import KafkaServer
from koerier.servers.ports import LOOPBACK
from koerier.servers.postgres import PostgresServer
from koerier.servers.process import Command, ServerFailed
from koerier.supervisor.probes import blocking_probe, http_probe
from koerier.supervisor.spec import ProcessSpec

SERVICE_STOP_SECONDS = 30.0  # more than a service gives its running work, so that nothing is cut off
SAY_DETAIL = Callable[[str, str], None]
"""Told a process and what it does while it is prepared."""


def platform(
    environment: Environment, client: httpx2.AsyncClient, say: SAY_DETAIL, *, train: bool = True
) -> list[ProcessSpec]:
    """Return the whole platform, in the order of the status table; `train` as `KafkaServer` has it."""
    return [
        _postgres(environment),
        _kafka(environment, say, train=train),
        _gateway(environment, client),
        _rules(environment),
        _sandbox(environment, client),
        *(_migration(environment, service) for service in SERVICES),
        *(_process(environment, client, service, role) for service in SERVICES for role in ("api", "worker")),
    ]


def _postgres(environment: Environment) -> ProcessSpec:
    server = PostgresServer(
        directory=environment.layout.data / "postgres",
        port=environment.ports["postgres"],
        password=environment.secrets["postgres_superuser"],
        layout=environment.layout,
    )

    def provision() -> None:
        try:
            for service in SERVICES:
                roles = roles_of(service, environment.secrets)
                provision_roles(server.dsn, roles)
                provision_database(server.dsn, service, roles)
        except psycopg.Error as error:
            raise ServerFailed(f"the databases could not be made: {error}") from error

    return ProcessSpec(
        name="postgres",
        command=server.command,
        port=server.port,
        probe=blocking_probe(server.is_ready),
        prepare=server.prepare,
        provision=provision,
    )


def _kafka(environment: Environment, say: SAY_DETAIL, *, train: bool) -> ProcessSpec:
    node = KafkaServer(
        directory=environment.layout.data / "kafka",
        port=environment.ports["kafka"],
        controller_port=environment.ports["kafka-controller"],
        cache=environment.layout.cache,
        progress=lambda text: say("kafka", text),
        train=train,
    )
    return ProcessSpec(
        name="kafka",
        command=node.command,
        port=node.port,
        probe=blocking_probe(node.is_ready),
        prepare=node.prepare,
        after_stop=node.after_stop,
    )


def _gateway(environment: Environment, client: httpx2.AsyncClient) -> ProcessSpec:
    """Run the gateway from the beginning: the sandbox needs its root certificate, and callers a clear answer."""
    gateway = environment.gateway
    serves = http_probe(client, gateway.health_url)

    async def probe() -> bool:
        return await serves() and await asyncio.to_thread(gateway.serves_tls)

    return ProcessSpec(name="gateway", command=gateway.command, port=gateway.port, probe=probe, prepare=gateway.prepare)


def _rules(environment: Environment) -> ProcessSpec:
    command = _python(environment, environment.of_service("documents"), "documents.rules_command", "fetch")
    return ProcessSpec(name="rules", command=lambda: command, one_shot=True)


def _sandbox(environment: Environment, client: httpx2.AsyncClient) -> ProcessSpec:
    command = _python(environment, environment.of_sandbox(), "sandbox")
    return ProcessSpec(
        name="sandbox",
        command=lambda: command,
        after=("gateway",),
        port=environment.ports["sandbox"],
        probe=http_probe(client, f"{environment.sandbox_url}/health/ready"),
    )


def _migration(environment: Environment, service: str) -> ProcessSpec:
    command = _python(environment, environment.of_service(service), service, "migrate")
    return ProcessSpec(name=f"{service}-migrate", command=lambda: command, after=("postgres", "kafka"), one_shot=True)


def _process(environment: Environment, client: httpx2.AsyncClient, service: str, role: str) -> ProcessSpec:
    name = f"{service}-{role}"
    command = _python(environment, environment.of_service(service), service, role)
    migrations = tuple(f"{other}-migrate" for other in SERVICES)  # a worker reads topics that others provision
    rules = ("rules",) if service == "documents" else ()
    return ProcessSpec(
        name=name,
        command=lambda: command,
        after=("sandbox", *migrations, *rules),
        port=environment.ports[name],
        probe=http_probe(client, f"http://{LOOPBACK}:{environment.ports[name]}/health/ready"),
    )


def _python(environment: Environment, variables: dict[str, str], module: str, *arguments: str) -> Command:
    return Command(
        argv=(str(Path(sys.executable)), "-m", module, *arguments),
        environment=variables,
        working_directory=environment.layout.root,
        stop_seconds=SERVICE_STOP_SECONDS,
    )
