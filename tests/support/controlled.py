"""PostgreSQL and Kafka of a test's own, which it can kill and start again with the same data."""

import contextlib
import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from koerier.paths import find_layout
from koerier.servers.account import remove_directory
from koerier.servers.kafka import KafkaServer
from koerier.servers.ports import free_ports
from koerier.servers.postgres import PostgresServer
from koerier.servers.process import start, stop


@dataclass(slots=True)
class Controlled:
    """A server that can be killed."""

    server: Any
    log: Path
    process: "Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.server.prepare()
        with self.log.open("ab") as log:
            self.process = start(self.server.command(), log)
        deadline = time.monotonic() + 60
        while not self.server.is_ready():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise TimeoutError(self.log.read_text(errors="replace")[-2000:])
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            stop(self.process, self.server.command())
        remove_directory(self.server.directory)


@contextlib.contextmanager
def controlled_postgres(directory: Path) -> Iterator[Controlled]:
    """Run an own PostgreSQL."""
    (port,) = free_ports(1)
    server = PostgresServer(
        directory=directory / "postgres", port=port, password=secrets.token_urlsafe(24), layout=find_layout()
    )
    yield from _running(Controlled(server=server, log=directory / "postgres.log"))


@contextlib.contextmanager
def controlled_kafka(directory: Path) -> Iterator[Controlled]:
    """Run an own Kafka node."""
    port, controller_port = free_ports(2)
    server = KafkaServer(
        directory=directory / "kafka",
        port=port,
        controller_port=controller_port,
        cache=find_layout().cache,
        progress=lambda _message: None,
    )
    yield from _running(Controlled(server=server, log=directory / "kafka.log"))


def _running(made: Controlled) -> Iterator[Controlled]:
    try:
        made.start()
        yield made
    finally:
        made.stop()
