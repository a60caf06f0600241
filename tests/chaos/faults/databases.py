"""Faults of PostgreSQL itself: it refuses connections, it ends those it has, its disk is full.

The disk is a small tmpfs under the data directory, which only root can mount; without it `fill_disk` says that it could
not be done.
"""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from koerier.servers.databases import SERVICES

from chaos.stage import RunningStage

DISK = "768m"
BALLOON = "balloon"
LEFT_FREE = 64 * 1024


async def refuse_connections(stage: RunningStage, service: str, seconds: float) -> bool:
    """Allow a service's role no new connection for a while, and end those that it has."""
    role = f"{service}_app"
    if not await _as_superuser(stage, f"alter role {role} connection limit 0", _end_sessions(role)):
        return False
    try:
        await asyncio.sleep(seconds)
    finally:
        await allow_connections(stage, service)
    return True


async def allow_connections(stage: RunningStage, service: str) -> None:
    while not await _as_superuser(stage, f"alter role {service}_app connection limit -1"):  # noqa: ASYNC110 - asks again
        await asyncio.sleep(0.5)


async def end_sessions(stage: RunningStage, service: str) -> bool:
    """End a service's sessions in the middle of whatever they do."""
    return await _as_superuser(stage, _end_sessions(f"{service}_app"))


def _end_sessions(role: str) -> str:
    return f"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}'"  # noqa: S608 - our own role


async def _as_superuser(stage: RunningStage, *statements: str) -> bool:
    try:
        connection = await asyncpg.connect(stage.environment.admin_dsn, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    try:
        for statement in statements:
            await connection.execute(statement)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    finally:
        with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError):
            await connection.close(timeout=2)
    return True


async def reset(stage: RunningStage) -> None:
    """Undo what a fault may have left."""
    with contextlib.suppress(FileNotFoundError):
        _balloon(stage).unlink()
    for service in SERVICES:
        await allow_connections(stage, service)


async def fill_disk(stage: RunningStage, seconds: float) -> bool:
    """Leave PostgreSQL no room for a while; False when its disk is not a small one of its own."""
    place = stage.layout.data / "postgres"
    if not place.is_mount():
        return False
    balloon = _balloon(stage)
    free = os.statvfs(place)
    try:
        with balloon.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, free.f_bavail * free.f_frsize - LEFT_FREE))
        await asyncio.sleep(seconds)
    finally:
        balloon.unlink(missing_ok=True)
    return True


def _balloon(stage: RunningStage) -> Path:
    return stage.layout.data / "postgres" / BALLOON


@contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """Mount a small disk at `place`, when this account may; tell whether it did."""
    place.mkdir(parents=True, exist_ok=True)
    mounted = _run("mount", "-t", "tmpfs", "-o", f"size={DISK}", "koerier-chaos", str(place))
    try:
        yield mounted
    finally:
        if mounted and not _run("umount", str(place)):
            _run("umount", "-l", str(place))


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False
