"""From the runs of all engines to tables and figures: which engine costs what, and how many times less ours does."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bench.figures import Calls, middle, spread, times_cheaper
from bench.report import Table
from bench.validation.documents import Document, Kind
from bench.validation.engines import OURS, PHIVE, SAXONCHE
from bench.validation.run import EngineRun

Runs = Sequence[Mapping[str, EngineRun]]
"""What each run measured, by the name of the engine."""

HOT, ALTERNATED = "hot loop", "alternated with other work"
_MODES: Mapping[str, Callable[[EngineRun], Mapping[str, Calls]]] = {
    HOT: lambda run: run.hot,
    ALTERNATED: lambda run: run.alternated,
}
# By the rival: up to 100 lines, and above. They hold for the hot loop.
TARGETS: Mapping[str, tuple[float, float | None]] = {SAXONCHE: (8.0, 5.0), PHIVE: (4.0, None)}
MEMORY_TARGET_MB = 80
_ROUGH = 10


def tables(documents: Sequence[Document], runs: Runs) -> list[Table]:
    return [*(_cost(mode, documents, runs) for mode in _MODES), _footprint(runs)]


def figures(documents: Sequence[Document], runs: Runs) -> dict[str, Any]:
    """Everything that was measured, and what the tables make of it."""
    costs = {
        mode: {
            name: {engine: _milliseconds(mode, members, _of(engine, runs)) for engine in runs[0]}
            for name, members in _rows(documents)
        }
        for mode in _MODES
    }
    sizes = {name: sum(len(document.content) for document in members) for name, members in _rows(documents)}
    raw = [{engine: asdict(figures) for engine, figures in run.items()} for run in runs]
    return {"cpu_ms_per_document": costs, "bytes": sizes, "runs": raw}


def _rows(documents: Sequence[Document]) -> list[tuple[str, list[Document]]]:
    """A row per document of ours, one for all official examples together."""
    rows = [
        (f"{document.name} ({_size(len(document.content))})", [document])
        for document in documents
        if document.kind is not Kind.EXAMPLE
    ]
    examples = [document for document in documents if document.kind is Kind.EXAMPLE]
    return [*rows, (f"{len(examples)} official examples, mean", examples)] if examples else rows


def _size(count: int) -> str:
    kilobytes = count / 1000
    return f"{kilobytes:.1f} kB" if kilobytes < _ROUGH else f"{kilobytes:.0f} kB"


def _cost(mode: str, documents: Sequence[Document], runs: Runs) -> Table:
    rivals = [name for name in (SAXONCHE, PHIVE) if name in runs[0]]
    if OURS in runs[0]:
        engines, pairs = [*rivals, OURS], [(rival, OURS) for rival in rivals]
    else:
        engines, pairs = rivals, [(SAXONCHE, PHIVE)] if PHIVE in rivals else []
    rows = []
    for name, members in _rows(documents):
        costs = {engine: _milliseconds(mode, members, _of(engine, runs)) for engine in engines}
        ratios = [
            _ratio(costs[rival], costs[engine], _target(rival, members) if (mode, engine) == (HOT, OURS) else None)
            for rival, engine in pairs
        ]
        rows.append([name, *(_cell(costs[engine]) for engine in engines), *ratios])
    head = ["document", *engines, *(f"{engine}: times cheaper than {rival}" for rival, engine in pairs)]
    return Table(title=f"Validation, CPU ms per document, {mode}", head=head, rows=rows)


def _of(engine: str, runs: Runs) -> list[EngineRun]:
    return [run[engine] for run in runs]


def _milliseconds(mode: str, members: Sequence[Document], runs: Sequence[EngineRun]) -> list[float]:
    """Each run's figure: the median of the calls, for several documents the mean of their medians."""
    calls = [_MODES[mode](run) for run in runs]
    return [statistics.fmean(run[document.name].median for document in members) for run in calls]


def _cell(runs: Sequence[float]) -> str:
    value = middle(runs)
    text = f"{value:.2f}" if value < _ROUGH else f"{value:.1f}"
    return f"{text} (spread {spread(runs):.0%})" if len(runs) > 1 else text


def _target(rival: str, members: Sequence[Document]) -> float | None:
    usual, long = TARGETS[rival]
    return long if members[0].kind is Kind.LONG else usual


def _ratio(other: Sequence[float], own: Sequence[float], target: float | None) -> str:
    ratio = times_cheaper(middle(other), middle(own))
    if target is None:
        return f"{ratio:.1f}"
    return f"{ratio:.1f} (target {target:.0f}: {'met' if ratio >= target else 'MISSED'})"


def _footprint(runs: Runs) -> Table:
    def of(engine: str, figure: Callable[[EngineRun], float]) -> float:
        return middle([figure(run) for run in _of(engine, runs)])

    rows = [
        [
            engine,
            f"{of(engine, lambda run: run.start_seconds):.2f} s",
            f"{of(engine, lambda run: run.start_cpu_seconds):.2f} s",
            f"{of(engine, lambda run: run.rss_mb['usual']):.0f} MB",
            f"{of(engine, lambda run: run.rss_mb['long']):.0f} MB",
        ]
        for engine in runs[0]
    ]
    head = (
        f"engine (target for ours: {MEMORY_TARGET_MB} MB)",
        "process start to first verdict",
        "CPU of that",
        "memory after up to 100 lines",
        "memory after 1,000 lines",
    )
    return Table(title="Start-up and memory of each engine's process", head=head, rows=rows)
