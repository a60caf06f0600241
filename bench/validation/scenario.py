"""Scenario `validation`: processor time per document of every engine, in one run, each in its own process.

Order: every engine gives its verdicts, which must agree; then so many runs. A figure is the median of many calls, and
of those the one of the middle run. Two modes: *hot*, the same document again and again, and *alternated*, with other
work between the calls that empties the processor's caches.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.figures import Budget
from bench.report import BenchFailed, Options, Outcome
from bench.validation.documents import Document, Kind, generated, official_examples
from bench.validation.engines import NAMES, SAXONCHE, STYLESHEETS, description, lacking, warm_up_seconds
from bench.validation.processes import stylesheet_paths
from bench.validation.run import DocumentFile, Plan, one_run, verdicts_of
from bench.validation.tables import figures, tables
from bench.validation.verdicts import differences, without_verdict

_HOT = {
    Kind.LENGTH: Budget(seconds=4, least=15, most=500),
    Kind.LONG: Budget(seconds=10, least=15, most=100),
    Kind.EXAMPLE: Budget(seconds=0.05, least=3, most=15),
}
_ALTERNATED = {
    Kind.LENGTH: Budget(seconds=6, least=15, most=200),
    Kind.LONG: Budget(seconds=8, least=9, most=50),
    Kind.EXAMPLE: Budget(seconds=0.05, least=3, most=3),
}
_QUICK = Budget(seconds=0.5, least=3, most=50)
_QUICK_EXAMPLE = Budget(seconds=0, least=1, most=1)
_QUICK_WARM_UP_SHARE = 6
_SHOWN_DIFFERENCES = 10


def run(options: Options) -> Outcome:
    """Compare the engines that are here."""
    lacks = {name: reason for name in NAMES if (reason := lacking(name))}
    plan = _plan([name for name in NAMES if name not in lacks], options)
    documents = [*generated(), *official_examples()]
    runs = []
    with _written(documents) as files:
        undecided = _agreement(plan, files)
        for number in range(1, options.repeat + 1):
            print(f"run {number} of {options.repeat}: {', '.join(plan.engines)}", flush=True)
            runs.append(one_run(plan, [file for file in files if file.name not in undecided]))
    notes = _notes(documents, lacks=lacks, undecided=undecided, options=options)
    measured = [document for document in documents if document.name not in undecided]
    return Outcome(tables=tables(measured, runs), notes=notes, figures=figures(measured, runs))


def _plan(engines: Sequence[str], options: Options) -> Plan:
    quick = {kind: _QUICK_EXAMPLE if kind is Kind.EXAMPLE else _QUICK for kind in Kind}
    share = _QUICK_WARM_UP_SHARE if options.quick else 1
    return Plan(
        stylesheets={name: str(path) for name, path in stylesheet_paths(STYLESHEETS).items()},
        warm_up={name: warm_up_seconds(name) / share for name in engines},
        hot=quick if options.quick else _HOT,
        alternated=quick if options.quick else _ALTERNATED,
    )


@contextmanager
def _written(documents: Sequence[Document]) -> Iterator[list[DocumentFile]]:
    """Lay the documents in files, for the processes to read."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, document in enumerate(documents):
            path = Path(folder) / f"{number}.xml"
            path.write_bytes(document.content)
            files.append(DocumentFile(name=document.name, kind=document.kind, path=str(path)))
        yield files


def _agreement(plan: Plan, files: Sequence[DocumentFile]) -> dict[str, list[str]]:
    """Have every engine decide every document; return the examples that an engine cannot decide."""
    verdicts = {engine: verdicts_of(engine, plan, files) for engine in plan.engines}
    undecided = without_verdict(verdicts)
    own = {file.name for file in files if file.kind is not Kind.EXAMPLE}
    if failed := [
        f"{engine} has no verdict on {name}: {verdict.failure}"
        for engine, found in verdicts.items()
        for name, verdict in found.items()
        if verdict.failure and name in own
    ]:
        raise BenchFailed("\n".join(failed))
    if different := differences(verdicts, SAXONCHE, leaving_out=undecided):
        raise BenchFailed("the engines decide differently:\n" + "\n".join(different[:_SHOWN_DIFFERENCES]))
    return undecided


def _notes(
    documents: Sequence[Document], *, lacks: Mapping[str, str], undecided: Mapping[str, list[str]], options: Options
) -> list[str]:
    notes = [description(name) for name in NAMES if name not in lacks]
    notes += [f"{name} is not in this run: {reason}" for name, reason in lacks.items()]
    if not any(document.kind is Kind.EXAMPLE for document in documents):
        notes.append("the official examples are not on this machine: set KOERIER_TEST_DATA to their folder")
    if undecided:
        by_whom = sorted({name for names in undecided.values() for name in names})
        notes.append(f"{len(undecided)} official examples are left out: no verdict of {', '.join(by_whom)}")
    if options.quick:
        notes.append("a quick run: engines are not warm and calls are few; its figures are not to be quoted")
    return notes
