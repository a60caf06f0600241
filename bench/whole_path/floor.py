"""The floor of the whole path, in one of two processes: `python -m bench.whole_path.floor FIRST COUNT DSN KAFKA PORT`.

The same documents, and for each what cannot be left out: parse, schema and rules; the rows of both sides, one statement
each; as many events produced and consumed as the platform makes of a document; one POST. No state, no rights, no order.
It says "ready", begins at a line on its input, and answers with the seconds that it took, by part.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import aiohttp
import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition
from documents.adapters.rules.lock import default_directory, fetched
from documents.adapters.rules.schemas import Schemas
from documents.domain.findings import Syntax
from lxml import etree
from shared.contracts.topics import DOCUMENTS_USAGE
from shared.database.pool import set_codecs
from shared.ids import new_id

from bench import floor_app
from bench.mix import document
from bench.producing import bare_producer, produce
from bench.usage_events import outgoing, usage_rows
from bench.validation.engines import OURS, STYLESHEETS, create
from bench.validation.processes import stylesheet_paths

EVENTS = 10
"""Accepted, validated, routed, delivered; received; two services rendered; two charges; one call of a hook."""
SIDES = 2
_AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    first: int
    count: int
    dsn: str
    bootstrap_servers: str
    port: int


async def perform(work: Work) -> None:
    contents = [document(number) for number in range(work.first, work.first + work.count)]
    engine = create(OURS, stylesheet_paths(STYLESHEETS))
    schemas = Schemas(fetched(default_directory()))
    _validate(contents[:5], engine, schemas)
    rows = usage_rows(work.count * EVENTS, [new_id() for _ in range(10)])
    records = outgoing(rows)
    pool = await asyncpg.create_pool(work.dsn, min_size=_AT_ONCE, max_size=_AT_ONCE, init=set_codecs)
    consumer = AIOKafkaConsumer(bootstrap_servers=work.bootstrap_servers, fetch_max_wait_ms=50)
    async with bare_producer(work.bootstrap_servers) as producer, aiohttp.ClientSession() as session:
        await consumer.start()
        consumer.assign([TopicPartition(DOCUMENTS_USAGE.name, number) for number in range(DOCUMENTS_USAGE.partitions)])
        await consumer.seek_to_end()
        floor_app._STATE["pool"] = pool  # noqa: SLF001 - the same statement as the floor of taking documents in
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        moments = [time.monotonic()]
        _validate(contents, engine, schemas)
        moments.append(time.monotonic())
        await _at_once(_AT_ONCE, contents * SIDES, lambda content: floor_app._store(content))  # noqa: SLF001, PLW0108
        moments.append(time.monotonic())
        await asyncio.gather(produce(producer, records), _consume(consumer, len(records)))
        moments.append(time.monotonic())
        await _at_once(_AT_ONCE, contents, lambda content: _post(session, work.port, content[:600]))
        moments.append(time.monotonic())
    await consumer.stop()
    await pool.close()
    parts = [end - start for start, end in pairwise(moments)]
    names = ("rules", "rows", "events", "calls")
    print(json.dumps({"started": moments[0], "ended": moments[-1], **dict(zip(names, parts, strict=True))}), flush=True)


def _validate(contents: Sequence[bytes], engine: Any, schemas: Schemas) -> None:
    for content in contents:
        root = etree.fromstring(content)
        if schemas.findings(root, Syntax.UBL) or engine.fatal(engine.run(content)):
            raise SystemExit("a document of the bench is not valid")


async def _at_once(at_once: int, contents: Sequence[bytes], act: Any) -> None:
    waiting = iter(contents)

    async def work_on() -> None:
        for content in waiting:
            await act(content)

    await asyncio.gather(*(work_on() for _ in range(at_once)))


async def _consume(consumer: Any, count: int) -> None:
    """Read as many as were sent: of both processes' records, whichever come."""
    seen = 0
    while seen < count:
        fetched_records = await consumer.getmany(timeout_ms=200)
        seen += sum(len(records) for records in fetched_records.values())


async def _post(session: aiohttp.ClientSession, port: int, body: bytes) -> None:
    async with session.post(f"http://127.0.0.1:{port}/hook", data=body) as answer:
        await answer.read()


if __name__ == "__main__":
    first, count, dsn, bootstrap, port = sys.argv[1:]
    chosen = Work(first=int(first), count=int(count), dsn=dsn, bootstrap_servers=bootstrap, port=int(port))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(perform(chosen))
