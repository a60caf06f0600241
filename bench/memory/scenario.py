"""Scenario `memory`: the memory of every process, idle and under load.

Idle is after the start and the cast's preparation; under load is the most that was seen while documents came in at a
steady rate and were worked on. A process counts with its children, shared pages divided among those who share them.
"""

import asyncio
from collections.abc import Mapping

from bench.compared import quick_note, verdict
from bench.load import Plan
from bench.outside import load
from bench.platform import Running, running_platform
from bench.report import Options, Outcome, Table

IDLE_MB, LOAD_MB = 120.0, 250.0
RATE = 60.0
_SECONDS, _QUICK_SECONDS = 60.0, 8.0
_EVERY = 1.0
_REST = 5.0
_SERVICES = ("identity", "organizations", "documents", "billing")
_MB = 1_000_000


def run(options: Options) -> Outcome:
    idle, loaded = asyncio.run(_measure(options))
    seconds = _QUICK_SECONDS if options.quick else _SECONDS
    notes = [
        f"load: {RATE:.0f} documents/s for {seconds:.0f} s, through the gateway",
        "documents-worker counts with its rule processes, and with the reference's once that was started",
        *quick_note(options),
    ]
    return Outcome(tables=[_table(idle, loaded)], notes=notes, figures={"idle_mb": idle, "under_load_mb": loaded})


async def _measure(options: Options) -> tuple[dict[str, float], dict[str, float]]:
    async with running_platform() as running:
        await asyncio.sleep(_REST)
        idle = await asyncio.to_thread(_memory, running)
        plan = Plan(
            url=running.through_gateway,
            tokens=[await running.token()],
            ca_file=running.ca_file,
            rate=RATE,
            seconds=_QUICK_SECONDS if options.quick else _SECONDS,
            webhook_port=running.webhook_port,
        )
        loading = asyncio.create_task(load(plan))
        most = dict(idle)
        while not loading.done():
            seen = await asyncio.to_thread(_memory, running)
            most = {name: max(most.get(name, 0.0), size) for name, size in seen.items()}
            await asyncio.sleep(_EVERY)
        await loading
    return idle, most


def _memory(running: Running) -> dict[str, float]:
    found = {}
    for process in running.status().processes:
        if not process.one_shot and process.identity is not None:
            found[process.name] = round(process.identity.memory_bytes() / _MB, 1)
    return found


def _table(idle: Mapping[str, float], loaded: Mapping[str, float]) -> Table:
    rows = []
    for name in idle:
        ours = name.partition("-")[0] in _SERVICES
        met = idle[name] <= IDLE_MB and loaded[name] <= LOAD_MB if ours else None
        wanted = f"<= {IDLE_MB:.0f} / {LOAD_MB:.0f} MB"
        rows.append([name, f"{idle[name]:.0f} MB", f"{loaded[name]:.0f} MB", verdict(wanted, met=met)])
    return Table(title="Memory of each process", head=("process", "idle", "under load", "target"), rows=rows)
