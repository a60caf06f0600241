"""The supervisor's process table as processes; its probes are run against a client that only notes the address."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from koerier.environment import PORTS, Environment
from koerier.paths import Layout
from koerier.process_table import platform
from koerier.secrets_file import load_secrets
from koerier.supervisor.spec import ProcessSpec

from support.deployment.process import LONG_RUNNING, MIGRATIONS, Process


def laptop_environment(folder: Path) -> Environment:
    """Compose an environment with the usual ports and secrets of its own."""
    return Environment(
        layout=Layout(root=folder),
        ports={name: port for name, (port, _) in PORTS.items()},
        secrets=load_secrets(folder / "secrets.json"),
    )


async def laptop_processes(folder: Path) -> Mapping[str, Process]:
    """Return the processes of our own images."""
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(200)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        table = platform(laptop_environment(folder), client, lambda _name, _detail: None)
        ours = [spec for spec in table if spec.name in {*LONG_RUNNING, *MIGRATIONS, "sandbox"}]
        return {spec.name: await _process(spec, asked) for spec in ours}


async def _process(spec: ProcessSpec, asked: list[str]) -> Process:
    command = spec.command()
    module, *arguments = command.argv[command.argv.index("-m") + 1 :]
    ready = None
    if spec.probe is not None:
        asked.clear()
        assert await spec.probe()
        address = urlsplit(asked.pop())
        ready = (address.port or 80, address.path)
    return Process(
        image=f"koerier-{module}",
        arguments=tuple(arguments),
        environment=command.environment,
        ready=ready,
        stop_seconds=command.stop_seconds,
        after=frozenset(spec.after),
    )
