"""Scenario `whole-path`: sent by API, validated, routed, in the buyer's inbox, both charges booked, webhook delivered.

Documents of the mix are offered all at once over 64 connections; the rate is their number by the time until the last
webhook has arrived and the last charge is in the ledger. The floor is the same work done bare, by two processes on the
same servers (`bench.whole_path.floor`). Afterwards a steady rate is offered for a minute: does the platform keep up?
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import asyncpg
from koerier.servers.ports import free_ports

from bench.accept.scenario import drained
from bench.compared import Comparison, comparison_figures, comparison_table, quick_note, verdict
from bench.end_to_end.scenario import heard
from bench.figures import middle, per_second
from bench.floor_intake import floor_database
from bench.load import Plan, Reply
from bench.machine import ROOT
from bench.openloop import Latencies, latencies
from bench.outside import all_good, load
from bench.platform import Running, running_platform
from bench.report import BenchFailed, Options, Outcome, Table
from bench.webhooks.calls import running_targets

TARGET = 0.5
STEADY_RATES = (111.0, 222.0)
_DOCUMENTS, _QUICK_DOCUMENTS = 2_000, 60
_STEADY_SECONDS = 60.0
_CATCH_UP_SECONDS = 5.0
_PATIENCE = 600.0
_PROCESSES = 2
_CHARGES = "select count(*) from ledger_transactions where kind = 'charge'"
_CHARGES_PER_DOCUMENT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """`behind` is how long after the last document was due everything was done; `lost` never arrived."""

    rate: float
    behind: float
    end_to_end: Latencies

    @property
    def kept_up(self) -> bool:
        return self.behind <= _CATCH_UP_SECONDS and not self.end_to_end.lost


class _Numbers:
    def __init__(self) -> None:
        self._next = 1

    def take(self, count: int) -> int:
        first, self._next = self._next, self._next + count
        return first


def run(options: Options) -> Outcome:
    comparison, floor_parts, steady = asyncio.run(_measure(options))
    tables = [comparison_table("Whole path, from send to webhook and charges", [comparison])]
    if steady:
        tables.append(_steady_table(steady))
    parts = {name: middle([run[name] for run in floor_parts]) for name in ("rules", "rows", "events", "calls")}
    notes = [
        f"{_count(options):,} documents a run: 80 % of 5 lines, 15 % of 30, 5 % of 200; each charged twice and called",
        "the floor's seconds by part: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in parts.items()),
        "PostgreSQL, Kafka, all services, the gateway, the sender and the receiver share the cores",
        *quick_note(options),
    ]
    figures = {
        **comparison_figures([comparison]),
        "floor_parts": floor_parts,
        "steady": [{**asdict(each), "kept_up": each.kept_up} for each in steady],
    }
    return Outcome(tables=tables, notes=notes, figures=figures)


def _count(options: Options) -> int:
    return _QUICK_DOCUMENTS if options.quick else _DOCUMENTS


async def _measure(options: Options) -> tuple[Comparison, list[dict[str, float]], list[Steady]]:
    numbers = _Numbers()
    floor_parts: list[dict[str, float]] = []
    count = _count(options)
    async with running_platform() as running:
        dsn = await asyncio.to_thread(floor_database, running.environment.admin_dsn)

        async def floor() -> float:
            await drained(running, within=_PATIENCE)
            parts = await _floor(running, dsn, count)
            floor_parts.append(parts)
            return per_second(count, parts["seconds"])

        async def ours() -> float:
            return await _ours(running, numbers, count)

        comparison = Comparison(name="documents", unit="documents/s", target=TARGET)
        await comparison.measure(options, floor=floor, ours=ours)
        steady = []
        for rate in () if options.quick else STEADY_RATES:
            steady.append(await _steady(running, numbers, rate))
            if not steady[-1].kept_up:
                break
    return comparison, floor_parts, steady


async def _ours(running: Running, numbers: _Numbers, count: int) -> float:
    plan = Plan(
        url=running.through_gateway,
        tokens=[await running.token()],
        ca_file=running.ca_file,
        count=count,
        first_number=numbers.take(count),
        webhook_port=running.webhook_port,
        patience=_PATIENCE,
    )
    reply, charged = await _loaded(running, plan, count)
    all_good(reply)
    if len(reply.webhooks) != count:
        raise BenchFailed(f"{len(reply.webhooks)} of {count} webhooks arrived")
    return per_second(count, max(reply.started + max(reply.webhooks.values()), charged) - reply.started)


async def _loaded(running: Running, plan: Plan, count: int) -> tuple[Reply, float]:
    """Offer the load; return what was seen of it and when its last charge was in the ledger."""
    ledger = await asyncpg.connect(running.environment.database("billing").owner_dsn)
    try:
        wanted = await ledger.fetchval(_CHARGES) + _CHARGES_PER_DOCUMENT * count
        loading = asyncio.create_task(load(plan))
        charged = await _charged(ledger, wanted)
        return await loading, charged
    finally:
        await ledger.close()


async def _charged(ledger: Any, wanted: int) -> float:
    started = time.monotonic()
    while (found := await ledger.fetchval(_CHARGES)) < wanted:
        if time.monotonic() - started > _PATIENCE:
            raise BenchFailed(f"{wanted - found} charges are missing")
        await asyncio.sleep(0.2)
    return time.monotonic()


async def _steady(running: Running, numbers: _Numbers, rate: float) -> Steady:
    """Offer a steady rate and see whether it piles up."""
    await drained(running, within=_PATIENCE)
    first = numbers.take(int(2 * rate * _STEADY_SECONDS))
    plan = Plan(
        url=running.through_gateway,
        tokens=[await running.token()],
        ca_file=running.ca_file,
        rate=rate,
        seconds=_STEADY_SECONDS,
        first_number=first,
        webhook_port=running.webhook_port,
        patience=_PATIENCE,
    )
    reply = await load(plan)
    end_to_end = latencies(reply.due, heard(reply, first_number=first))
    return Steady(rate=rate, behind=max(reply.webhooks.values()) - reply.due[-1], end_to_end=end_to_end)


async def _floor(running: Running, dsn: str, count: int) -> dict[str, float]:
    """Have two processes do the bare work at once; return seconds, in all and by part."""
    (port,) = free_ports(1)
    share = count // _PROCESSES
    async with running_targets([port]):
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bench.whole_path.floor",
                str(1 + share * number), str(share), dsn, running.environment.bootstrap_servers, str(port),
                cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )
            for number in range(_PROCESSES)
        ]  # fmt: skip
        for process in processes:
            await _line(process)
        for process in processes:
            if process.stdin is not None:
                process.stdin.write(b"go\n")
        replies = [json.loads(await _line(process)) for process in processes]
        for process in processes:
            await process.wait()
    seconds = max(reply["ended"] for reply in replies) - min(reply["started"] for reply in replies)
    parts = {name: max(reply[name] for reply in replies) for name in ("rules", "rows", "events", "calls")}
    return {"seconds": seconds, **parts}


async def _line(process: asyncio.subprocess.Process) -> bytes:
    line = await process.stdout.readline() if process.stdout is not None else b""
    if not line:
        raise BenchFailed(f"a process of the floor ended with {await process.wait()}")
    return line


def _steady_table(steady: Sequence[Steady]) -> Table:
    rows = [
        [
            f"{each.rate:.0f} documents/s for {_STEADY_SECONDS:.0f} s",
            f"{each.end_to_end.p50:.0f} ms",
            f"{each.end_to_end.p99:.0f} ms",
            f"{each.behind:.1f} s",
            verdict("nothing lost, no backlog", met=each.kept_up),
        ]
        for each in steady
    ]
    head = ("offered", "p50 to the webhook", "p99", "done after the last was due", "target")
    return Table(title="Whole path at a steady rate", head=head, rows=rows)
