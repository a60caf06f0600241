"""One engine in a process of its own: `python -m bench.validation.child ENGINE COMMANDS ANSWERS`, two descriptors.

It does one thing after the other, as it is told: a line of JSON comes in, a line goes out. Between its turns it waits
and costs nothing, so that several engines can be measured alternately within seconds, under the same conditions.
What is measured is the processor time of this process, all its threads included. Python's cyclic garbage collector is
off from the warm-up on, for every engine alike.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.figures import Budget, measured, summary, work
from bench.validation.engines import Engine, NoVerdict, create
from bench.validation.other_work import OtherWork
from bench.validation.verdicts import Verdict


class Session:
    """The commands, by the names of the methods that answer them."""

    def __init__(self, engine: str) -> None:
        self._name = engine
        self._engine: Engine
        self._documents: dict[str, Any] = {}
        self._other_work: OtherWork | None = None

    def answer(self, command: Mapping[str, Any]) -> Any:
        arguments = dict(command)
        commands: Mapping[str, Callable[..., Any]] = {
            "start": self._start,
            "verdicts": self._verdicts,
            "warm_up": self._warm_up,
            "time": self._time,
            "memory": resident_mb,
        }
        return commands[arguments.pop("command")](**arguments)

    def _start(self, *, stylesheets: dict[str, str], documents: dict[str, str], first: str, started: float) -> Any:
        """Make the engine ready and have it decide one document; `started` is when the process was started."""
        self._engine = create(self._name, {name: Path(path) for name, path in stylesheets.items()})
        self._documents[first] = self._engine.prepare(Path(documents[first]).read_bytes())
        self._verdict(first)
        figures = {"start_seconds": time.monotonic() - started, "start_cpu_seconds": time.process_time()}
        for name, path in documents.items():
            if name != first:
                self._documents[name] = self._engine.prepare(Path(path).read_bytes())
        return figures

    def _verdicts(self) -> Any:
        return {name: asdict(self._verdict(name)) for name in self._documents}

    def _verdict(self, name: str) -> Verdict:
        try:
            return Verdict(fatal=tuple(self._engine.fatal(self._engine.run(self._documents[name]))))
        except NoVerdict as error:
            return Verdict(failure=str(error))

    def _warm_up(self, *, names: list[str], seconds: float) -> None:
        gc.collect()
        gc.freeze()
        gc.disable()
        work([self._call(name) for name in names], seconds)

    def _time(self, *, name: str, budget: dict[str, Any], warm_up: float, alternated: bool) -> Any:
        call, between = self._call(name), None
        if alternated:
            # Only now: its own memory is not the engine's.
            self._other_work = self._other_work or OtherWork()
            between = self._other_work.do
        work([call], warm_up)
        return asdict(summary(measured(call, Budget(**budget), between=between)))

    def _call(self, name: str) -> Callable[[], object]:
        run, document = self._engine.run, self._documents[name]
        return lambda: run(document)


def resident_mb() -> float:
    """The memory of this process that is in use now."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) * 1024 / 1e6, 1)
    raise OSError("/proc/self/status has no VmRSS")


def main(engine: str, commands: int, answers: int) -> None:
    session = Session(engine)
    with open(commands, encoding="utf-8") as incoming, open(answers, "w", encoding="utf-8") as outgoing:
        for line in incoming:
            outgoing.write(json.dumps(session.answer(json.loads(line))) + "\n")
            outgoing.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
