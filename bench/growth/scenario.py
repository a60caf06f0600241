"""Scenario `growth`: what a document costs when 10 thousand, 100 thousand and a million documents are stored.

A document is accepted, validated with all rules, routed and delivered to a buyer on the platform, by the service's own
application and job runner in one process. What counts is processor time per document, of this process and of its
PostgreSQL backends: on a busy machine the wall clock tells of the neighbours. The floor is the cost at the lowest
level.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import asyncpg
from documents.application.accept_document import AcceptDocument
from documents.application.app import Application
from documents.application.values import Grant
from documents.bootstrap import MIGRATIONS
from documents.entrypoints.jobs import build_jobs
from koerier.servers.databases import ServiceDatabase
from shared.database.pool import open_pool
from shared.messaging.job_runner import JobRunner

from bench.compared import quick_note, verdict
from bench.documents_service import Company, buyer, introduce, opened_application, settings, supplier
from bench.figures import middle
from bench.growth.stored import store
from bench.mix import document
from bench.report import BenchFailed, Options, Outcome, Table
from bench.servers import pool_settings, run_as_service, running_servers

TARGET = 1.2
_LEVELS, _QUICK_LEVELS = (10_000, 100_000, 1_000_000), (1_000, 5_000)
_DOCUMENTS, _QUICK_DOCUMENTS = 400, 40
_WARM_UP = 40
_WITHIN_SECONDS = 300.0
_UNFINISHED = "select count(*) from jobs"
_CONNECTIONS = 8
_PARTS = ("total", "process", "database", "wall")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Milliseconds per document."""

    stored: int
    process: float
    database: float
    wall: float

    @property
    def total(self) -> float:
        return self.process + self.database


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    pool: Any
    application: Application
    seller: Company
    numbers: Iterator[int]


def run(options: Options) -> Outcome:
    with running_servers() as servers:
        database = servers.database("documents", MIGRATIONS)
        costs = run_as_service(_measure(options, database, servers.admin_dsn))
    by_level = {level: [cost for cost in costs if cost.stored == level] for level in _levels(options)}
    figures = {
        "costs": [{**asdict(cost), "total": cost.total} for cost in costs],
        "ratios": {str(level): _ratio(by_level, level) for level in by_level},
    }
    return Outcome(tables=[_table(by_level)], notes=_notes(options), figures=figures)


def _levels(options: Options) -> Sequence[int]:
    return _QUICK_LEVELS if options.quick else _LEVELS


def _notes(options: Options) -> list[str]:
    count = _QUICK_DOCUMENTS if options.quick else _DOCUMENTS
    return [
        f"{count} documents of the mix a run, accepted to delivered; the first level is the floor of the others",
        *quick_note(options),
    ]


async def _measure(options: Options, database: ServiceDatabase, admin_dsn: str) -> list[Cost]:
    seller = supplier()
    costs = []
    owner = await asyncpg.connect(admin_dsn.rpartition("/")[0] + f"/{database.name}")
    chosen = settings(database, validation={"here_bytes": 50_000_000, "shadow_share": 0.0})
    try:
        await introduce(owner, seller, receiving=False)
        await introduce(owner, buyer(), receiving=True)
        async with (
            open_pool(pool_settings(database, connections=_CONNECTIONS), application_name="bench growth") as pool,
            opened_application(chosen, pool) as application,
        ):
            stage = _Stage(pool=pool, application=application, seller=seller, numbers=iter(range(1, 10_000_000)))
            stored = 0
            for level in _levels(options):
                print(f"  storing {level:,} documents", flush=True)
                await store(owner, stored=stored, wanted=level)
                stored = level
                await _cost(stage, level, _WARM_UP)
                for _ in range(options.repeat):
                    costs.append(await _cost(stage, level, _QUICK_DOCUMENTS if options.quick else _DOCUMENTS))
                    print(f"  {level:,}: {costs[-1].total:.1f} ms of processor time per document", flush=True)
    finally:
        await owner.close()
    return costs


async def _cost(stage: _Stage, level: int, count: int) -> Cost:
    contents = [document(next(stage.numbers)) for _ in range(count)]
    connections = [await stage.pool.acquire() for _ in range(_CONNECTIONS)]
    backends = [connection.get_server_pid() for connection in connections]
    for connection in connections:
        await stage.pool.release(connection)
    before = time.process_time(), sum(map(_processor_seconds, backends)), time.perf_counter()
    await _through(stage, contents)
    after = time.process_time(), sum(map(_processor_seconds, backends)), time.perf_counter()
    process, database, wall = ((end - start) / count * 1000 for start, end in zip(before, after, strict=True))
    return Cost(stored=level, process=process, database=database, wall=wall)


async def _through(stage: _Stage, contents: Sequence[bytes]) -> None:
    """Take the documents in and work until nothing is left to do."""
    grant = Grant(
        party=stage.seller.party,
        organization_id=stage.seller.organization,
        environment_id=stage.seller.environment,
        mode="live",
        parties=(stage.seller.party,),
        plan="basic",
        depleted=False,
    )
    delivered = await _delivered(stage.pool, stage.seller)
    for content in contents:
        await stage.application.accept_document(AcceptDocument(grant=grant, content=content, billable=True))
    runner = JobRunner(stage.pool, build_jobs(stage.application), service="documents")
    working = asyncio.create_task(runner.run())
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            while await stage.pool.fetchval(_UNFINISHED):  # noqa: ASYNC110 - no event tells of other processes' jobs
                await asyncio.sleep(0.05)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    done = await _delivered(stage.pool, stage.seller) - delivered
    if done != len(contents):
        raise BenchFailed(f"{done} of {len(contents)} documents were delivered")


async def _delivered(pool: Any, seller: Company) -> int:
    statement = "select count(*) from documents where organization_id = $1 and state = 'delivered'"
    return int(await pool.fetchval(statement, seller.organization))


def _processor_seconds(pid: int) -> float:
    """Return what the scheduler has given a process, in seconds."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def _ratio(by_level: dict[int, list[Cost]], level: int) -> float:
    first = next(iter(by_level.values()))
    return middle([cost.total for cost in by_level[level]]) / middle([cost.total for cost in first])


def _table(by_level: dict[int, list[Cost]]) -> Table:
    rows = []
    for place, (level, costs) in enumerate(by_level.items()):
        ratio = _ratio(by_level, level)
        parts = [f"{middle([getattr(cost, part) for cost in costs]):.1f} ms" for part in _PARTS]
        met = ratio <= TARGET if place else None
        rows.append([f"{level:,}", *parts, f"{ratio:.2f}", verdict(f"<= {TARGET}", met=met)])
    head = (
        "documents stored",
        "processor time per document",
        "of the process",
        "of PostgreSQL",
        "wall",
        "ratio",
        "target",
    )
    return Table(title="Cost per document as the stored volume grows", head=head, rows=rows)
