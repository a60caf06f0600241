"""The world outside in a process of its own: sends documents and receives webhooks. `python -m bench.load PLAN REPLY`.

Open loop: each document has its moment, and is sent then whatever happened to those before it. With no rate all are
offered at once, over so many connections: how fast they are taken is then what is measured. Guarantees: documents are
made before the clock starts; moments are seconds since the first was due, of one clock for sending and receiving.
"""

import asyncio
import json
import ssl
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from bench.invoices import invoice
from bench.mix import document
from bench.openloop import arrivals
from bench.receiver import listen

_GOOD = 200
_QUIET_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`rate` 0 offers all `count` at once. `lines` 0 means the mix. `tokens` are used in turn.

    `webhook_port` 0 means that nobody waits for webhooks; else the process waits for one per accepted document, at most
    `patience` seconds after the last answer.
    """

    url: str
    tokens: Sequence[str]
    ca_file: str = ""
    rate: float = 0.0
    seconds: float = 0.0
    count: int = 0
    first_number: int = 1
    lines: int = 0
    connections: int = 64
    webhook_port: int = 0
    patience: float = 60.0


@dataclass(slots=True, kw_only=True)
class Reply:
    """`done` is by request, None without a good answer; `webhooks` by the number of the invoice."""

    due: list[float] = field(default_factory=list)
    started: float = 0.0
    """When the clock began, by `time.monotonic` of this machine."""
    done: list[float | None] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    webhooks: dict[str, float] = field(default_factory=dict)
    late_ms: float = 0.0
    """How far the sender itself was behind at worst: a figure near the latencies' spoils them."""


class Sender:
    def __init__(self, plan: Plan, session: aiohttp.ClientSession, reply: Reply) -> None:
        self._plan = plan
        self._session = session
        self._reply = reply
        self._start = 0.0

    async def send_all(self, documents: Sequence[bytes]) -> None:
        """Send each at its moment and wait for all answers."""
        self._reply.done = [None] * len(documents)
        self._start = self._reply.started = time.monotonic() + 0.2
        sending = []
        for number, content in enumerate(documents):
            pause = self._start + self._reply.due[number] - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            self._reply.late_ms = max(self._reply.late_ms, (self.elapsed() - self._reply.due[number]) * 1000)
            sending.append(asyncio.create_task(self._send(number, content)))
        await asyncio.gather(*sending)

    def elapsed(self) -> float:
        return time.monotonic() - self._start

    async def _send(self, number: int, content: bytes) -> None:
        tokens = self._plan.tokens
        headers = {"Authorization": f"Bearer {tokens[number % len(tokens)]}", "Content-Type": "application/xml"}
        try:
            async with self._session.post(self._plan.url, data=content, headers=headers) as answer:
                await answer.read()
                status = str(answer.status)
                if answer.status == _GOOD:
                    self._reply.done[number] = self.elapsed()
        except (aiohttp.ClientError, TimeoutError) as error:
            status = type(error).__name__
        self._reply.statuses[status] = self._reply.statuses.get(status, 0) + 1

    def heard(self, body: bytes) -> None:
        """Note the first call about an invoice."""
        moment = self.elapsed()
        number = json.loads(body)["details"].get("id", "")
        self._reply.webhooks.setdefault(number, moment)


def made(plan: Plan, count: int) -> list[bytes]:
    numbers = range(plan.first_number, plan.first_number + count)
    if plan.lines:
        return [invoice(plan.lines, seed=number) for number in numbers]
    return [document(number) for number in numbers]


async def perform(plan: Plan) -> Reply:
    due = arrivals(rate=plan.rate, seconds=plan.seconds) if plan.rate else [0.0] * plan.count
    reply = Reply(due=due)
    documents = made(plan, len(due))
    trust = ssl.create_default_context(cafile=plan.ca_file) if plan.ca_file else True
    connector = aiohttp.TCPConnector(limit=plan.connections if not plan.rate else 0, ssl=trust)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=300)) as session:
        sender = Sender(plan, session, reply)
        server = await listen(plan.webhook_port, sender.heard) if plan.webhook_port else None
        await sender.send_all(documents)
        if server is not None:
            await _all_heard(plan, reply)
            server.close()
    return reply


async def _all_heard(plan: Plan, reply: Reply) -> None:
    expected = sum(moment is not None for moment in reply.done)
    until = time.monotonic() + plan.patience
    while len(reply.webhooks) < expected and time.monotonic() < until:  # noqa: ASYNC110 - a poll costs nothing here
        await asyncio.sleep(_QUIET_SECONDS)


def read_plan(content: Mapping[str, Any]) -> Plan:
    return Plan(**content)


def main(plan_file: Path, reply_file: Path) -> None:
    plan = read_plan(json.loads(plan_file.read_text(encoding="utf-8")))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        reply = runner.run(perform(plan))
    reply_file.write_text(json.dumps(asdict(reply)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
