"""Scenario `webhooks`: calls a second to 200 targets, signed both ways, every attempt kept; then with dead ones.

Ours is the worker's job runner with the service's own handler: claim, read, sign, POST, keep the attempt, announce. The
floor is bare aiohttp with as many POSTs at once, a ready-made body and kept-alive connections. With dead targets every
tenth takes connections and never answers: what is measured is how fast the calls of the living are made, beside a run
in which all live and make as many.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import asyncpg
from documents.adapters.vault import FernetVault
from documents.application.app import Application
from documents.bootstrap import MIGRATIONS
from documents.entrypoints.jobs import build_jobs
from koerier.servers.databases import ServiceDatabase
from koerier.servers.ports import free_ports
from shared.database.pool import open_pool, set_codecs
from shared.messaging.job_runner import JobRunner

from bench.compared import Comparison, comparison_figures, comparison_table, quick_note
from bench.documents_service import opened_application, settings
from bench.figures import per_second
from bench.report import BenchFailed, Options, Outcome
from bench.servers import pool_settings, run_as_service, running_servers
from bench.webhooks.calls import Targets, fill, running_targets

TARGET, LIVING_TARGET = 0.4, 0.95
TARGETS = 200
_CALLS, _QUICK_CALLS = 20_000, 1_000
_DEAD_EVERY = 10
_WITHIN_SECONDS = 600.0
_BODY = b'{"topic":"InvoiceReceived",' + b'"padding":"' + b"x" * 560 + b'"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    owner: Any
    pool: Any
    application: Application
    vault: FernetVault
    living: Sequence[int]
    with_dead: Sequence[int]


def run(options: Options) -> Outcome:
    with running_servers() as servers:
        database = servers.database("documents", MIGRATIONS)
        comparisons = run_as_service(_measure(options, database))
    notes = [
        f"{_count(options):,} calls a run to {TARGETS} targets on ports of their own, plain HTTP, one worker",
        f"dead: every {_DEAD_EVERY}th target takes connections and never answers; its floor is all of them alive",
        *quick_note(options),
    ]
    return Outcome(
        tables=[comparison_table("Webhooks, calls delivered", comparisons)],
        notes=notes,
        figures=comparison_figures(comparisons),
    )


def _count(options: Options) -> int:
    return _QUICK_CALLS if options.quick else _CALLS


async def _measure(options: Options, database: ServiceDatabase) -> list[Comparison]:
    chosen = settings(database)
    vault = FernetVault(chosen.secrets.key.get_secret_value())
    ports = free_ports(TARGETS)
    dead = [-port if place % _DEAD_EVERY == 0 else port for place, port in enumerate(ports)]
    owner = await asyncpg.connect(database.owner_dsn)
    try:
        await set_codecs(owner)
        async with (
            open_pool(pool_settings(database), application_name="bench webhooks") as pool,
            opened_application(chosen, pool) as application,
        ):
            stage = _Stage(owner=owner, pool=pool, application=application, vault=vault, living=ports, with_dead=dead)
            return await _compare(options, stage)
    finally:
        await owner.close()


async def _compare(options: Options, stage: _Stage) -> list[Comparison]:
    count = _count(options)
    all_live = Comparison(name=f"{TARGETS} targets", unit="calls/s", target=TARGET)
    await all_live.measure(options, floor=_floor(stage, count), ours=_ours(stage, stage.living, count))
    part = Comparison(name="the living, every 10th target dead", unit="calls/s", target=LIVING_TARGET)
    await part.measure(options, floor=_ours(stage, stage.living, count), ours=_ours(stage, stage.with_dead, count))
    return [all_live, part]


def _ours(stage: _Stage, ports: Sequence[int], count: int) -> Callable[[], Awaitable[float]]:
    expected = sum(ports[number % len(ports)] > 0 for number in range(count))

    async def measure() -> float:
        await fill(stage.owner, stage.vault, ports=ports, count=count)
        async with running_targets(ports) as targets:
            runner = JobRunner(stage.pool, build_jobs(stage.application), service="documents")
            started = time.monotonic()
            working = asyncio.create_task(runner.run())
            try:
                return await _heard(targets, expected, started)
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)

    return measure


async def _heard(targets: Targets, expected: int, started: float) -> float:
    """Wait until the living have had all their calls, and return at which rate."""
    calls, last = 0, 0.0
    while calls < expected:
        if time.monotonic() - started > _WITHIN_SECONDS:
            raise BenchFailed(f"{calls} of {expected} calls arrived within {_WITHIN_SECONDS:.0f} s")
        await asyncio.sleep(0.05)
        calls, last = await targets.calls()
    return per_second(expected, last - started)


def _floor(stage: _Stage, count: int) -> Callable[[], Awaitable[float]]:
    ports = stage.living

    async def measure() -> float:
        async with running_targets(ports) as targets, _session() as session:
            started = time.monotonic()
            numbers = iter(range(count))
            await asyncio.gather(*(_post_all(session, ports, numbers) for _ in range(128)))
            return await _heard(targets, count, started)

    return measure


def _session() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=16)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)


async def _post_all(session: aiohttp.ClientSession, ports: Sequence[int], numbers: Any) -> None:
    """Make one call after the other, taking turns with those beside."""
    for number in numbers:
        url = f"http://127.0.0.1:{ports[number % len(ports)]}/hook"
        async with session.post(url, data=_BODY, headers={"Content-Type": "application/json"}) as answer:
            await answer.read()
