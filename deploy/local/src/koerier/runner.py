"""Runs the platform's supervisor in this process, until it is told to stop."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence

import httpx2

from koerier.environment import PORTS, Environment
from koerier.paths import Layout
from koerier.process_table import SAY_DETAIL, platform
from koerier.secrets_file import load_secrets
from koerier.servers.ports import choose_ports, remember_ports, remembered_ports
from koerier.servers.running import ProcessIdentity
from koerier.supervisor.leftovers import end_left_overs
from koerier.supervisor.lock import only_one
from koerier.supervisor.logs import Echo
from koerier.supervisor.spec import ProcessSpec
from koerier.supervisor.status import Status, read_status, write_status
from koerier.supervisor.supervisor import Supervisor

MakeTable = Callable[[Environment, httpx2.AsyncClient, SAY_DETAIL], Sequence[ProcessSpec]]


def supervise(layout: Layout, echo: Echo, make_table: MakeTable = platform) -> bool:
    """Run until stopped; tell whether it went well. Raises `AlreadyRunning` when the clone has a supervisor."""
    with only_one(layout.lock_file):
        left = end_left_overs(read_status(layout.status_file))
        if left:
            echo("supervisor", f"ended what a killed supervisor left: {', '.join(left)}".encode())
        ports = choose_ports(PORTS, remembered_ports(layout.ports_file))
        remember_ports(layout.ports_file, ports)
        return asyncio.run(_run(layout, echo, make_table, ports))


async def _run(layout: Layout, echo: Echo, make_table: MakeTable, ports: Mapping[str, int]) -> bool:
    environment = Environment(layout=layout, ports=ports, secrets=load_secrets(layout.secrets_file))
    status = _new_status(environment)
    write_status(layout.status_file, status)  # from here on others see who runs, and can wait

    def say(name: str, detail: str) -> None:
        status.process(name).detail = detail
        status.add_event(name, detail)

    async with httpx2.AsyncClient() as client:
        supervisor = Supervisor(
            specs=make_table(environment, client, say),
            status=status,
            status_file=layout.status_file,
            logs=layout.logs,
            echo=echo,
        )
        return await supervisor.run()


def _new_status(environment: Environment) -> Status:
    identity = ProcessIdentity.of(os.getpid())
    if identity is None:
        raise RuntimeError("this process is not known to the operating system")
    return Status(
        supervisor=identity,
        base_url=environment.base_url,
        root_certificate=str(environment.gateway.root_certificate),
        ports=dict(environment.ports),
    )
