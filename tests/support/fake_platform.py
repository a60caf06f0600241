"""A supervisor for tests, as a process: the real one with a table of fake services, read from a JSON file.

`python -m support.fake_platform TABLE [--echo]` runs it for the clone that `KOERIER_ROOT` names. Each row of the table:
`name`, `after`, `arguments` for `support.fake_service`, and `port` or `oneShot`; `postgres` and `kafka` are real ones.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import typer
from koerier.environment import Environment
from koerier.paths import find_layout
from koerier.process_table import SAY_DETAIL, platform
from koerier.runner import supervise
from koerier.servers.process import Command
from koerier.supervisor.lock import AlreadyRunning
from koerier.supervisor.logs import Console, no_echo
from koerier.supervisor.probes import http_probe
from koerier.supervisor.spec import ProcessSpec

SERVICE = Path(__file__).with_name("fake_service.py")
REAL = frozenset({"postgres", "kafka"})


def main(table: Path, *, echo: bool = False) -> None:
    rows = json.loads(table.read_text())

    def make(environment: Environment, client: httpx2.AsyncClient, say: SAY_DETAIL) -> Sequence[ProcessSpec]:
        real = {spec.name: spec for spec in platform(environment, client, say, train=False)}
        return [real[row["name"]] if row["name"] in REAL else _fake(row, client) for row in rows]

    try:
        well = supervise(find_layout(), Console(colour=False) if echo else no_echo, make)
    except AlreadyRunning as error:
        sys.exit(str(error))
    sys.exit(0 if well else 1)


def _fake(row: dict[str, Any], client: httpx2.AsyncClient) -> ProcessSpec:
    port = row.get("port")
    arguments = [*row.get("arguments", ()), *(("--port", str(port)) if port else ())]
    command = Command(
        argv=(sys.executable, "-u", str(SERVICE), *arguments, *(("--one-shot",) if row.get("oneShot") else ())),
        environment={"PYTHONUNBUFFERED": "1"},
        stop_seconds=row.get("stopSeconds", 3.0),
    )
    return ProcessSpec(
        name=row["name"],
        command=lambda: command,
        after=tuple(row.get("after", ())),
        one_shot=bool(row.get("oneShot")),
        port=port,
        probe=http_probe(client, f"http://127.0.0.1:{port}/health/ready") if port else None,
    )


if __name__ == "__main__":
    typer.run(main)
