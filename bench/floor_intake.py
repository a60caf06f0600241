"""Runs the floor of taking documents in (`bench.floor_app`) as a process, on a database of its own."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from documents.bootstrap import MIGRATIONS
from koerier.servers.databases import provision_database, provision_roles, service_roles
from koerier.servers.ports import free_ports
from shared.database.migrations import migrate

from bench.machine import ROOT
from bench.report import BenchFailed

_START_SECONDS = 30.0
_ARGUMENTS = ("--no-access-log", "--log-level", "warning", "--loop", "uvloop", "--http", "httptools")


@asynccontextmanager
async def floor_intake(admin_dsn: str) -> AsyncIterator[str]:
    """Yield the address that takes documents."""
    dsn = await asyncio.to_thread(floor_database, admin_dsn)
    (port,) = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "uvicorn", "bench.floor_app:app", "--port", str(port), *_ARGUMENTS,
        cwd=ROOT, env={**os.environ, "FLOOR_DSN": dsn},
    )  # fmt: skip
    try:
        await reachable(port, process)
        yield f"http://127.0.0.1:{port}/send"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def floor_database(admin_dsn: str) -> str:
    """Make a database with the tables of the documents service, and return the address of its application role."""
    roles = service_roles(
        "bench_floor", owner_password=secrets.token_urlsafe(16), app_password=secrets.token_urlsafe(16)
    )
    provision_roles(admin_dsn, roles)
    database = provision_database(admin_dsn, "bench_floor", roles)
    migrate(database.owner_dsn, MIGRATIONS)
    return database.app_dsn


async def reachable(port: int, process: asyncio.subprocess.Process) -> None:
    """Wait until the process listens; raises `BenchFailed` when it ended, or takes too long."""
    try:
        async with asyncio.timeout(_START_SECONDS):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    if process.returncode is not None:
                        raise BenchFailed(f"a server of the bench ended with {process.returncode}") from None
                    await asyncio.sleep(0.05)
                    continue
                writer.close()
                return
    except TimeoutError:
        raise BenchFailed(f"a server of the bench did not listen within {_START_SECONDS:.0f} s") from None
