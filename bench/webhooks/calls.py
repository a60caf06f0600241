"""Fills a database with hooks and calls that wait for them, as documents leaves them when documents arrive."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from documents.adapters.vault import FernetVault
from shared.clock import utc_now
from shared.ids import new_id

from bench.machine import ROOT
from bench.report import BenchFailed

EMPTY = "truncate hooks, hook_deliveries, hook_attempts, jobs, outbox"
_HOOKS = """
insert into hooks (id, public_id, environment_id, organization_id, name, url, secret, standard_secret, topics,
                   is_active, created_by, created_at, changed_at)
values ($1, $2, $3, null, 'bench', $4, $5, $6, '{InvoiceReceived}', true, $1, $7, $7)"""
_CALLS = """
insert into hook_deliveries (id, hook_id, topic, party, document_id, about, message, details)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::jsonb[])"""
_JOBS = """
insert into jobs (kind, lane, payload)
select 'deliver_hook', lane, payload from unnest($1::text[], $2::jsonb[]) as rows (lane, payload)"""
_DETAILS = {
    "sender": "0106:68750110",
    "recipient": "0106:68727720",
    "id": "2026-0000001",
    "sourceDocumentTypeId": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice",
    "targetDocumentTypeId": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice",
    "protocol": "platform",
}


async def fill(connection: Any, vault: FernetVault, *, ports: Sequence[int], count: int) -> None:
    """Leave `count` calls, the targets in turn, each about a document of its own."""
    await connection.execute(EMPTY)
    now = utc_now()
    sealed = vault.seal("a-secret-of-the-bench"), vault.seal("whsec_" + "YmVuY2hiZW5jaGJlbmNoYmVuY2g=")
    hooks = [new_id() for _ in ports]
    rows = [
        (hook, hook.hex, new_id(), f"http://127.0.0.1:{abs(port)}/hook", *sealed, now)
        for hook, port in zip(hooks, ports, strict=True)
    ]
    await connection.executemany(_HOOKS, rows)
    ids, about = [new_id() for _ in range(count)], [new_id() for _ in range(count)]
    chosen = [hooks[number % len(hooks)] for number in range(count)]
    await connection.execute(
        _CALLS, ids, chosen, ["InvoiceReceived"] * count, ["0106:68727720"] * count, about, about,
        ["Received by platform."] * count, [_DETAILS] * count,
    )  # fmt: skip
    lanes = [f"hook:{hook}:{document}" for hook, document in zip(chosen, about, strict=True)]
    await connection.execute(_JOBS, lanes, [{"delivery_id": str(delivery)} for delivery in ids])


class Targets:
    """The process that takes the calls."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def calls(self) -> tuple[int, float]:
        """Return how many calls have arrived, and the moment of the last."""
        answer = json.loads(await self._say(b"?\n"))
        return answer["calls"], answer["last"]

    async def ready(self) -> None:
        await self._say(b"")

    async def _say(self, line: bytes) -> bytes:
        if self._process.stdin is None or self._process.stdout is None:
            raise BenchFailed("the targets cannot be spoken to")
        self._process.stdin.write(line)
        answer = await self._process.stdout.readline()
        if not answer:
            raise BenchFailed("the process of the targets has ended")
        return answer


@asynccontextmanager
async def running_targets(ports: Sequence[int]) -> AsyncIterator[Targets]:
    """Listen on the ports, in another process, until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.webhooks.targets", *(str(port) for port in ports),
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        targets = Targets(process)
        await targets.ready()
        yield targets
    finally:
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            process.terminate()
        await process.wait()
