"""Scenario `accept`: the latency of `send` at a steady rate, open loop, with the whole platform at work.

Through the gateway is what a customer sees; behind it is the documents service alone; the floor is a bare ASGI
application that commits the same one statement, at the same rate, with nothing else going on. Latency against load is
measured too, one rate after the other: a plot of it shows where the knee is.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.compared import quick_note, verdict
from bench.figures import middle
from bench.floor_intake import floor_intake
from bench.load import Plan
from bench.openloop import Latencies, latencies
from bench.outside import load
from bench.platform import Running, running_platform
from bench.report import Options, Outcome, Table

RATE = 60.0
P50_MS, P99_MS = 10.0, 100.0
RATES = (20.0, 40.0, 60.0, 90.0, 120.0)
_SECONDS, _QUICK_SECONDS = 30.0, 5.0
_WARM_UP = 3.0
_DRAIN_SECONDS = 120.0
_DUE = "select count(*) from jobs where next_attempt_at <= now()"
FLOOR, BEHIND, THROUGH = "floor: bare ASGI and one statement", "documents, behind the gateway", "through the gateway"


@dataclass(slots=True, kw_only=True)
class _Numbers:
    """Hands out invoice numbers: no invoice is sent twice."""

    next: int = 1

    def take(self, count: int) -> int:
        first, self.next = self.next, self.next + count
        return first


def run(options: Options) -> Outcome:
    runs, by_rate = asyncio.run(_measure(options))
    figures = {
        "rate": RATE,
        "runs": [{name: asdict(each) for name, each in run.items()} for run in runs],
        "by_rate": [{"rate": rate, **asdict(each)} for rate, each in by_rate],
    }
    tables = [_table(runs)]
    if by_rate:
        tables.append(_rates_table(by_rate))
    return Outcome(tables=tables, notes=_notes(options), figures=figures)


def _notes(options: Options) -> list[str]:
    return [
        f"{_seconds(options):.0f} s a run after {_WARM_UP:.0f} s of warm-up, independent arrivals, the mix",
        "a latency counts from the moment when the request was due",
        "the platform validates, routes, delivers, charges and calls webhooks meanwhile, on the same cores as the load",
        *quick_note(options),
    ]


def _seconds(options: Options) -> float:
    return _QUICK_SECONDS if options.quick else _SECONDS


async def _measure(options: Options) -> tuple[list[dict[str, Latencies]], list[tuple[float, Latencies]]]:
    numbers = _Numbers()
    runs = []
    async with running_platform() as running, floor_intake(running.environment.admin_dsn) as floor_url:
        targets = {FLOOR: floor_url, BEHIND: running.direct, THROUGH: running.through_gateway}
        for _ in range(options.repeat):
            run = {}
            for name, url in targets.items():
                run[name] = await _at(RATE, url, running, numbers, _seconds(options))
                print(f"  {name}: p50 {run[name].p50:.1f} ms, p99 {run[name].p99:.1f} ms", flush=True)
            runs.append(run)
        by_rate = [
            (rate, await _at(rate, running.through_gateway, running, numbers, _seconds(options)))
            for rate in (() if options.quick else RATES)
        ]
    return runs, by_rate


async def _at(rate: float, url: str, running: Running, numbers: _Numbers, seconds: float) -> Latencies:
    """Measure at one rate, and let the platform finish what it accepted."""
    plan = Plan(
        url=url,
        tokens=[await running.token()],
        ca_file=running.ca_file,
        rate=rate,
        seconds=_WARM_UP + seconds,
        first_number=numbers.take(int(2 * rate * (_WARM_UP + seconds)) + 100),
    )
    reply = await load(plan)
    await drained(running, within=_DRAIN_SECONDS)
    return latencies(reply.due, reply.done, since=_WARM_UP)


async def drained(running: Running, *, within: float) -> None:
    """Wait until the documents service has no work left, at most so long."""
    import asyncpg  # noqa: PLC0415 - as its neighbours' drivers: only where it is used

    connection = await asyncpg.connect(running.environment.database("documents").owner_dsn)
    try:
        async with asyncio.timeout(within):
            while await connection.fetchval(_DUE):  # noqa: ASYNC110 - no event tells of the platform's jobs
                await asyncio.sleep(0.25)
    except TimeoutError:
        print(f"  the platform is not done with its work after {within:.0f} s", flush=True)
    finally:
        await connection.close()


def _table(runs: Sequence[dict[str, Latencies]]) -> Table:
    rows = []
    for name in runs[0]:
        p50, p99 = (middle([getattr(run[name], part) for run in runs]) for part in ("p50", "p99"))
        lost = sum(run[name].lost for run in runs)
        met = p50 <= P50_MS and p99 <= P99_MS and not lost if name == THROUGH else None
        wanted = f"p50 <= {P50_MS:.0f} ms, p99 <= {P99_MS:.0f} ms"
        rows.append([name, f"{p50:.1f} ms", f"{p99:.1f} ms", str(lost), verdict(wanted, met=met)])
    return Table(
        title=f"Accept: latency of send at {RATE:.0f} documents/s",
        head=("what", "p50", "p99", "lost", "target"),
        rows=rows,
    )


def _rates_table(by_rate: Sequence[tuple[float, Latencies]]) -> Table:
    rows: list[list[Any]] = [
        [f"{rate:.0f}/s", f"{each.p50:.1f} ms", f"{each.p90:.1f} ms", f"{each.p99:.1f} ms", str(each.lost)]
        for rate, each in by_rate
    ]
    return Table(
        title="Accept: latency through the gateway against load",
        head=("offered", "p50", "p90", "p99", "lost"),
        rows=rows,
    )
