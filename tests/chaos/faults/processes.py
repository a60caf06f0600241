"""Faults of processes: killed, frozen, told to end. The supervisor starts again whatever ended.

`targets` name processes of the status table, or what cannot be named beforehand: `rule process` (a child of the worker
that validates), `relay leader` (the worker of documents whose relay leads), `postgres backend` (one connection's server
process: its death makes the whole server recover).
"""

import asyncio
import os
import random
import signal
from collections.abc import Iterable
from contextlib import suppress

import httpx2
import psutil  # type: ignore[import-untyped]
from koerier.servers.databases import SERVICES

from chaos.stage import RunningStage
from chaos.supervised import SECOND_WORKER

RULE_PROCESS, RELAY_LEADER, BACKEND = "rule process", "relay leader", "postgres backend"
SERVERS = ("postgres", "kafka", "gateway", "sandbox")
APIS = tuple(f"{service}-api" for service in SERVICES)
WORKERS = (*(f"{service}-worker" for service in SERVICES), SECOND_WORKER)
NAMED = (*SERVERS, *APIS, *WORKERS)
NOTICED_SECONDS = 10.0
"""The status table goes on calling a dead process ready until its supervisor has cleared up after it."""

MET_AT_WORK = (RULE_PROCESS, RELAY_LEADER, BACKEND)


async def kill(stage: RunningStage, target: str, chance: random.Random) -> bool:
    """End it as a power cut does, and wait until the supervisor knows; tell whether there was something to end."""
    members = await _members(stage, target, chance)
    reached = _signal(members, signal.SIGKILL)
    gone = {member.pid for member in members}
    with suppress(TimeoutError):
        async with asyncio.timeout(NOTICED_SECONDS):
            while any(each.pid in gone for each in stage.status().processes):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    return reached


async def restart(stage: RunningStage, target: str, chance: random.Random) -> bool:
    """End it politely."""
    status = stage.process(target)
    return _signal(await _members(stage, target, chance), signal.Signals(status.stop_signal))


async def freeze(stage: RunningStage, target: str, seconds: float, chance: random.Random) -> bool:
    """Let it neither work nor answer for a while: with its children when it is a server, as a paused machine would."""
    members = await _members(stage, target, chance)
    if target in SERVERS:
        members = [member for parent in members for member in (parent, *_children(parent))]
    if not _signal(members, signal.SIGSTOP):
        return False
    try:
        await asyncio.sleep(seconds)
    finally:
        _signal(members, signal.SIGCONT)
    return True


async def _members(stage: RunningStage, target: str, chance: random.Random) -> list[psutil.Process]:
    match target:
        case "rule process":
            parents = [stage.process(name) for name in ("documents-worker", SECOND_WORKER)]
            return _one([child for parent in parents for child in _children(_process(parent.pid))], chance)
        case "postgres backend":
            children = _children(_process(stage.process("postgres").pid))
            return _one([child for child in children if any(s in _title(child) for s in SERVICES)], chance)
        case "relay leader":
            leader = await _relay_leader(stage)
            return _alive([stage.process(leader).pid]) if leader else []
        case _:
            return _alive([stage.process(target).pid])


async def _relay_leader(stage: RunningStage) -> str | None:
    """Ask both workers of documents which one's relay leads."""
    async with httpx2.AsyncClient(timeout=2) as client:
        for name in ("documents-worker", SECOND_WORKER):
            try:
                metrics = await client.get(f"http://127.0.0.1:{stage.process(name).port}/metrics")
            except httpx2.TransportError:
                continue
            if 'platform_relay_leader{service="documents"} 1.0' in metrics.text:
                return name
    return None


def _process(pid: int | None) -> psutil.Process | None:
    try:
        return psutil.Process(pid) if pid is not None else None
    except psutil.NoSuchProcess:
        return None


def _alive(pids: Iterable[int | None]) -> list[psutil.Process]:
    return [process for pid in pids if (process := _process(pid)) is not None]


def _children(process: psutil.Process | None) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True)) if process is not None else []
    except psutil.NoSuchProcess:
        return []


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _one(found: list[psutil.Process], chance: random.Random) -> list[psutil.Process]:
    return [chance.choice(sorted(found, key=lambda process: int(process.pid)))] if found else []


def _signal(members: Iterable[psutil.Process], number: signal.Signals) -> bool:
    """Send to every member that still is who it was; tell whether any got it."""
    reached = False
    for member in members:
        try:
            member.send_signal(number)
            reached = True
        except (psutil.Error, OSError):
            continue
    return reached


def thaw_all(stage: RunningStage) -> None:
    """Let everything of the platform run that may still be frozen."""
    for process in stage.status().processes:
        for member in (_process(process.pid), *_children(_process(process.pid))):
            if member is not None:
                _signal([member], signal.SIGCONT)


def is_root() -> bool:
    return os.geteuid() == 0
