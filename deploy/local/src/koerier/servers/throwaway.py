"""Throw-away servers for tests: started in a given folder on a free port, ended and deleted with it.

Guarantees: what was started is ended when the block ends, also by an exception. The kernel ends the server when the
thread that entered the block ends: enter it in the main thread.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from subprocess import Popen

from koerier.paths import find_layout
from koerier.servers.account import remove_directory
from koerier.servers.kafka import KafkaServer
from koerier.servers.ports import free_ports
from koerier.servers.postgres import PostgresServer
from koerier.servers.process import Command, ServerFailed, start, stop

START_SECONDS = 60.0
POLL_SECONDS = 0.02


def say_nothing(_message: str) -> None:
    """Be the progress callback of those who do not want any."""


@contextmanager
def throwaway_postgres(directory: Path) -> Iterator[PostgresServer]:
    """Run an empty PostgreSQL server in `directory` and delete its data at the end."""
    server = _new_postgres(directory)
    try:
        server.prepare()
        with running(server.command(), server.is_ready, directory / "postgres.log"):
            yield server
    finally:
        remove_directory(server.directory)


@contextmanager
def throwaway_kafka(directory: Path) -> Iterator[KafkaServer]:
    """Run an empty Kafka node in `directory` and delete its data at the end."""
    server = _new_kafka(directory)
    try:
        server.prepare()
        with running(server.command(), server.is_ready, directory / "kafka.log"):
            yield server
    finally:
        remove_directory(server.directory)


@asynccontextmanager
async def throwaway_postgres_async(directory: Path) -> AsyncIterator[PostgresServer]:
    """Do as `throwaway_postgres` without blocking the event loop while the server starts."""
    server = _new_postgres(directory)
    try:
        await asyncio.to_thread(server.prepare)
        async with _running_async(server.command(), server.is_ready, directory / "postgres.log"):
            yield server
    finally:
        await asyncio.to_thread(remove_directory, server.directory)


@asynccontextmanager
async def throwaway_kafka_async(directory: Path) -> AsyncIterator[KafkaServer]:
    """Do as `throwaway_kafka` without blocking the event loop while the node starts."""
    server = _new_kafka(directory)
    try:
        await asyncio.to_thread(server.prepare)
        async with _running_async(server.command(), server.is_ready, directory / "kafka.log"):
            yield server
    finally:
        await asyncio.to_thread(remove_directory, server.directory)


def _new_postgres(directory: Path) -> PostgresServer:
    (port,) = free_ports(1)
    return PostgresServer(
        directory=directory / "postgres", port=port, password=secrets.token_urlsafe(24), layout=find_layout()
    )


def _new_kafka(directory: Path) -> KafkaServer:
    port, controller_port = free_ports(2)
    return KafkaServer(
        directory=directory / "kafka",
        port=port,
        controller_port=controller_port,
        cache=find_layout().cache,
        progress=say_nothing,
    )


@contextmanager
def running(command: Command, is_ready: Callable[[], bool], log_file: Path) -> Iterator[None]:
    """Run any server until the block ends; it begins once the server is ready."""
    with log_file.open("ab") as log:
        process = start(command, log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            _check(process, command, log_file, deadline)
            time.sleep(POLL_SECONDS)
        yield
    finally:
        stop(process, command)


@asynccontextmanager
async def _running_async(command: Command, is_ready: Callable[[], bool], log_file: Path) -> AsyncIterator[None]:
    with log_file.open("ab") as log:
        process = start(command, log)  # not in a worker thread: the child dies with the thread that starts it
    try:
        deadline = time.monotonic() + START_SECONDS
        while not await asyncio.to_thread(is_ready):
            _check(process, command, log_file, deadline)
            await asyncio.sleep(POLL_SECONDS)
        yield
    finally:
        await asyncio.to_thread(stop, process, command)


def _check(process: "Popen[bytes]", command: Command, log_file: Path, deadline: float) -> None:
    """Raise with the end of the log when the server died or takes too long."""
    exit_code = process.poll()
    if exit_code is None and time.monotonic() < deadline:
        return
    tail = log_file.read_text(errors="replace")[-2000:]
    what = f"exited with {exit_code}" if exit_code is not None else f"was not ready after {START_SECONDS:.0f} s"
    raise ServerFailed(f"{Path(command.argv[0]).name} {what}:\n{tail}")
