"""Scenario `intake`: documents a second accepted durably, bodies of about 10 kB, all offered at once.

Ours is the documents service's api process: token, rights, limits, reading the header, one statement. The floor is bare
ASGI under the same server with the same one statement. Nothing works on what was accepted. The load comes over 32
connections from a process of its own.
"""

from collections.abc import Awaitable, Callable

import asyncpg
from documents.bootstrap import MIGRATIONS

from bench.compared import Comparison, comparison_figures, comparison_table, quick_note
from bench.documents_service import Company, buyer, introduce, running_api, supplier
from bench.figures import per_second
from bench.floor_intake import floor_intake
from bench.load import Plan
from bench.outside import all_good, load
from bench.report import Options, Outcome
from bench.servers import Servers, run_as_service, running_servers

TARGET = 0.5
_DOCUMENTS, _QUICK_DOCUMENTS = 4_000, 500
_WARM_UP = 100
_LINES = 3  # about 10 kB
_CONNECTIONS = 32


def run(options: Options) -> Outcome:
    with running_servers() as servers:
        comparison = run_as_service(_measure(options, servers))
    notes = [f"{_count(options):,} documents of {_LINES} lines a run, {_CONNECTIONS} connections, fsync on, no worker"]
    return Outcome(
        tables=[comparison_table("Intake only", [comparison])],
        notes=[*notes, *quick_note(options)],
        figures=comparison_figures([comparison]),
    )


def _count(options: Options) -> int:
    return _QUICK_DOCUMENTS if options.quick else _DOCUMENTS


async def _measure(options: Options, servers: Servers) -> Comparison:
    database = servers.database("documents", MIGRATIONS)
    seller = supplier()
    connection = await asyncpg.connect(database.app_dsn)
    try:
        await introduce(connection, seller, receiving=False)
        await introduce(connection, buyer(), receiving=True)
    finally:
        await connection.close()
    comparison = Comparison(name="documents accepted", unit="documents/s", target=TARGET)
    async with running_api(database) as api, floor_intake(servers.admin_dsn) as floor_url:
        numbers = _Numbers()
        ours = _measured(f"{api}/api/v1/{seller.party}/salesInvoice/send", seller, numbers, _count(options))
        floor = _measured(floor_url, seller, numbers, _count(options))
        return await comparison.measure(options, floor=floor, ours=ours)


class _Numbers:
    """No invoice is sent twice."""

    def __init__(self) -> None:
        self._next = 1

    def take(self, count: int) -> int:
        first, self._next = self._next, self._next + count
        return first


def _measured(url: str, seller: Company, numbers: _Numbers, count: int) -> Callable[[], Awaitable[float]]:
    async def once(documents: int) -> float:
        plan = Plan(
            url=url,
            tokens=[seller.token()],
            count=documents,
            lines=_LINES,
            connections=_CONNECTIONS,
            first_number=numbers.take(documents),
        )
        reply = await load(plan)
        all_good(reply)
        return per_second(documents, max(moment for moment in reply.done if moment is not None))

    async def measure() -> float:
        await once(_WARM_UP)
        return await once(count)

    return measure
