"""A process of TCP links that can be disturbed (`support.fault_links`), and the handle by which a test drives it.

It is a process of its own so that a busy test delays nobody's packets. `python -m support.fault_proxy` reads the links
from its first line of input, `{"name": [port, "host", target], …}`, answers `ready`, then obeys one line after the
other, `{"links": ["name", …], "mode": "cut", "seconds": 0}`, each answered by `done`. It ends with its input.
"""

import asyncio
import contextlib
import json
import random
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from support.fault_links import Link, Mode

TESTS = Path(__file__).resolve().parents[1]
Address = tuple[str, int]


@dataclass(slots=True)
class FaultProxy:
    """The links of a running proxy, by name."""

    process: asyncio.subprocess.Process
    names: frozenset[str]
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def disturb(self, links: Iterable[str], mode: Mode, *, seconds: float = 0.0) -> None:
        """Change how links behave; returns when it is so."""
        wanted = sorted(links)
        unknown = set(wanted) - self.names
        if unknown:
            raise KeyError(f"there is no link {', '.join(sorted(unknown))}")
        await self._tell({"links": wanted, "mode": mode, "seconds": seconds}, expected="done")

    async def heal(self) -> None:
        """Open every link."""
        await self.disturb(self.names, Mode.OPEN)

    async def _tell(self, order: Mapping[str, object], *, expected: str) -> None:
        assert self.process.stdin
        assert self.process.stdout
        async with self._one_at_a_time:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            await self.process.stdin.drain()
            answer = (await self.process.stdout.readline()).decode().strip()
        if answer != expected:
            raise RuntimeError(f"the fault proxy answered {answer!r}")


@asynccontextmanager
async def fault_proxy(links: Mapping[str, tuple[int, Address]], *, seed: str = "") -> AsyncIterator[FaultProxy]:
    """Run a proxy whose links each listen on a port and pass on to an address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "support.fault_proxy",
        seed,
        cwd=TESTS,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    proxy = FaultProxy(process=process, names=frozenset(links))
    try:
        await proxy._tell({name: [port, *target] for name, (port, target) in links.items()}, expected="ready")
        yield proxy
    finally:
        assert process.stdin
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _serve(seed: str) -> None:
    orders = asyncio.StreamReader(limit=1_000_000)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    wanted = json.loads(await orders.readline())
    links = {
        name: Link(name=name, port=port, target=(host, target), chance=random.Random(f"{seed} {name}"))  # noqa: S311 - repeatable, not secret
        for name, (port, host, target) in wanted.items()
    }
    for link in links.values():
        await link.listen()
    _say("ready")
    while line := await orders.readline():
        order = json.loads(line)
        for name in order["links"]:
            await links[name].set(Mode(order["mode"]), seconds=order["seconds"])
        _say("done")
    for link in links.values():
        link.close()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(sys.argv[1]))
