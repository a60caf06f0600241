"""Scenario `end-to-end`: from the moment a document was due to be sent until its buyer's webhook call has arrived.

At a steady rate, open loop, through the gateway, with the whole platform: accepted, validated with all rules, routed,
delivered to the buyer's inbox, called. The floor is what a bare call over the same loopback takes: a POST of the same
document to a bare ASGI application with the same one statement, at the same rate.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

from bench.accept.scenario import drained
from bench.compared import quick_note, verdict
from bench.figures import middle
from bench.floor_intake import floor_intake
from bench.load import Plan, Reply
from bench.mix import invoice_number
from bench.openloop import Latencies, latencies
from bench.outside import load
from bench.platform import Running, running_platform
from bench.report import Options, Outcome, Table

RATE = 60.0
P50_MS, P99_MS = 250.0, 1000.0
_SECONDS, _QUICK_SECONDS = 30.0, 5.0
_WARM_UP = 3.0
FLOOR, OURS = "floor: bare ASGI and one statement", "sent until the webhook arrived"


def run(options: Options) -> Outcome:
    runs = asyncio.run(_measure(options))
    notes = [
        f"{RATE:.0f} documents/s, {_seconds(options):.0f} s a run after {_WARM_UP:.0f} s of warm-up",
        "independent arrivals, the mix of documents, through the gateway",
        *quick_note(options),
    ]
    figures = {"rate": RATE, "runs": [{name: asdict(each) for name, each in run.items()} for run in runs]}
    return Outcome(tables=[_table(runs)], notes=notes, figures=figures)


def _seconds(options: Options) -> float:
    return _QUICK_SECONDS if options.quick else _SECONDS


async def _measure(options: Options) -> list[dict[str, Latencies]]:
    runs = []
    seconds = _WARM_UP + _seconds(options)
    spare = int(2 * RATE * seconds) + 100
    async with running_platform() as running, floor_intake(running.environment.admin_dsn) as floor_url:
        for number in range(options.repeat):
            plan = Plan(url=floor_url, tokens=["none"], rate=RATE, seconds=seconds, first_number=1)
            bare = await load(plan)
            reply = await _through(running, seconds, first_number=1 + number * spare)
            await drained(running, within=120)
            run = {
                FLOOR: latencies(bare.due, bare.done, since=_WARM_UP),
                OURS: latencies(reply.due, heard(reply, first_number=1 + number * spare), since=_WARM_UP),
            }
            print("  " + ", ".join(f"{name}: p50 {it.p50:.0f}, p99 {it.p99:.0f} ms" for name, it in run.items()))
            runs.append(run)
    return runs


async def _through(running: Running, seconds: float, *, first_number: int) -> Reply:
    plan = Plan(
        url=running.through_gateway,
        tokens=[await running.token()],
        ca_file=running.ca_file,
        rate=RATE,
        seconds=seconds,
        first_number=first_number,
        webhook_port=running.webhook_port,
    )
    return await load(plan)


def heard(reply: Reply, *, first_number: int) -> list[float | None]:
    """Return when the webhook of each document arrived; None for one that never did."""
    return [reply.webhooks.get(invoice_number(first_number + place)) for place in range(len(reply.due))]


def _table(runs: Sequence[dict[str, Latencies]]) -> Table:
    rows = []
    for name in (FLOOR, OURS):
        p50, p99 = (middle([getattr(run[name], part) for run in runs]) for part in ("p50", "p99"))
        lost = sum(run[name].lost for run in runs)
        met = p50 <= P50_MS and p99 <= P99_MS and not lost if name == OURS else None
        wanted = f"p50 <= {P50_MS:.0f} ms, p99 <= {P99_MS:.0f} ms"
        rows.append([name, f"{p50:.0f} ms", f"{p99:.0f} ms", str(lost), verdict(wanted, met=met)])
    return Table(
        title=f"End to end at {RATE:.0f} documents/s", head=("what", "p50", "p99", "lost", "target"), rows=rows
    )
