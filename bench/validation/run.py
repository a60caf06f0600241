"""One run: all engines side by side, each in its own process, measured alternately on every document.

Guarantees: while an engine works the others wait, and the figures of one document come from one stretch of time, so
that what the machine does besides falls on all engines alike.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field

from bench.figures import Budget, Calls
from bench.validation.documents import Kind
from bench.validation.processes import EngineProcess
from bench.validation.verdicts import Verdict

FIRST_DOCUMENT = "10 lines"
"""The document of the first verdict, up to which starting is measured."""

_WARM_UP_SHARE = 30  # of the whole warm-up, again before each document of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFile:
    name: str
    kind: Kind
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`warm_up` is in seconds of processor time, by engine."""

    stylesheets: Mapping[str, str]
    warm_up: Mapping[str, float]
    hot: Mapping[Kind, Budget]
    alternated: Mapping[Kind, Budget]

    @property
    def engines(self) -> list[str]:
        return list(self.warm_up)


@dataclass(slots=True, kw_only=True)
class EngineRun:
    """What one run measured of one engine; `rss_mb` after `usual` and after `long` documents."""

    start_seconds: float
    start_cpu_seconds: float
    hot: dict[str, Calls] = field(default_factory=dict)
    alternated: dict[str, Calls] = field(default_factory=dict)
    rss_mb: dict[str, float] = field(default_factory=dict)


def verdicts_of(engine: str, plan: Plan, files: Sequence[DocumentFile]) -> dict[str, Verdict]:
    """Have an engine decide every document."""
    with EngineProcess(engine) as process:
        process.start(plan.stylesheets, _paths(files), FIRST_DOCUMENT)
        answer = process.ask("verdicts")
    return {
        name: Verdict(fatal=tuple(verdict["fatal"]), failure=verdict["failure"]) for name, verdict in answer.items()
    }


def one_run(plan: Plan, files: Sequence[DocumentFile]) -> dict[str, EngineRun]:
    usual = [file for file in files if file.kind is not Kind.LONG]
    long = [file for file in files if file.kind is Kind.LONG]
    with ExitStack() as stack:
        run = _Run(plan, {engine: stack.enter_context(EngineProcess(engine)) for engine in plan.engines})
        run.start(files)
        run.warm_up([file.name for file in usual])
        run.time(usual, alternated=False)
        run.look_at_memory("usual")
        run.time(long, alternated=False)
        run.look_at_memory("long")
        run.time(files, alternated=True)
        return run.figures


class _Run:
    def __init__(self, plan: Plan, processes: Mapping[str, EngineProcess]) -> None:
        self._plan = plan
        self._processes = processes
        self.figures: dict[str, EngineRun] = {}

    def start(self, files: Sequence[DocumentFile]) -> None:
        for engine, process in self._processes.items():
            began = process.start(self._plan.stylesheets, _paths(files), FIRST_DOCUMENT)
            self.figures[engine] = EngineRun(
                start_seconds=began["start_seconds"], start_cpu_seconds=began["start_cpu_seconds"]
            )

    def warm_up(self, names: Sequence[str]) -> None:
        for engine, process in self._processes.items():
            process.ask("warm_up", names=list(names), seconds=self._plan.warm_up[engine])

    def look_at_memory(self, when: str) -> None:
        for engine, process in self._processes.items():
            self.figures[engine].rss_mb[when] = process.ask("memory")

    def time(self, files: Sequence[DocumentFile], *, alternated: bool) -> None:
        budgets = self._plan.alternated if alternated else self._plan.hot
        for file in files:
            for engine, process in self._processes.items():
                again = 0 if file.kind is Kind.EXAMPLE else self._plan.warm_up[engine] / _WARM_UP_SHARE
                budget = asdict(budgets[file.kind])
                answer = process.ask("time", name=file.name, budget=budget, warm_up=again, alternated=alternated)
                figures = self.figures[engine]
                (figures.alternated if alternated else figures.hot)[file.name] = Calls(**answer)


def _paths(files: Sequence[DocumentFile]) -> dict[str, str]:
    return {file.name: file.path for file in files}
