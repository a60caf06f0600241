"""Targets of webhooks in a process of their own: `python -m bench.webhooks.targets PORT…`.

A port with a minus before it belongs to a dead target: it takes connections and never answers. For every request line
on its input the process writes how many calls it has had, and when the last one came (`time.monotonic`).
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop

from bench.receiver import listen


@dataclass(slots=True)
class Heard:
    calls: int = 0
    last: float = 0.0

    def __call__(self, _body: bytes) -> None:
        self.calls += 1
        self.last = time.monotonic()


async def serve(ports: Sequence[int]) -> None:
    heard = Heard()
    servers = [await listen(abs(port), heard, dead=port < 0) for port in ports]
    loop = asyncio.get_running_loop()
    print("ready", flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps({"calls": heard.calls, "last": heard.last}), flush=True)
    for server in servers:
        server.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve([int(port) for port in sys.argv[1:]]))
