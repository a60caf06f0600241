"""Run a workload through our engine and the reference, in as many processes as wished, and count what they say.

Ours evaluates all rule sets of a suite over one tree, as documents are validated. What it says is compared for every
rule set by itself, since an error in one must not hide another: after an error each is asked alone. The work is done in
parts; how far it has come is said now and then.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from lxml import etree

from documents.adapters.rule_gate.comparison import Answer, ask, compare
from documents.adapters.rule_gate.compiled import CompiledEngine, compile_rule_sets
from documents.adapters.rule_gate.engines import Engine
from documents.adapters.rule_gate.reference import Saxon
from documents.adapters.rule_gate.suites import Suite
from documents.adapters.rule_gate.tally import GateDocument, Tally, line_of, merged
from documents.adapters.rule_gate.workload import Plan, Workload
from documents.adapters.rules.lock import RuleFiles

_MUTANTS_PER_PART = 100
_QUIET_SECONDS = 20.0
_SAID_DIFFERENCES = 20
Parts = Iterable[dict[str, Tally]]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Ours and the reference of each rule set, by name; `together` is ours over all of them."""

    ours: Mapping[str, Engine]
    references: Mapping[str, Engine]
    together: Engine


def engines_of(files: RuleFiles, suite: Suite) -> Engines:
    compiled = compile_rule_sets(files, suite.rule_sets)
    saxon = Saxon()
    return Engines(
        ours={name: CompiledEngine(compiled, (name,)) for name in suite.rule_sets},
        references={name: saxon.reference(files.stylesheet(name).path) for name in suite.rule_sets},
        together=CompiledEngine(compiled, suite.rule_sets),
    )


MakeEngines = Callable[[RuleFiles, Suite], Engines]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """How to compare: in how many processes, with which engines, and whom to tell of the progress."""

    processes: int = 1
    make_engines: MakeEngines = engines_of
    say: Say = print


class _Comparison:
    """Engines and documents of a suite; a process makes them once, for all its parts."""

    def __init__(self, files: RuleFiles, suite: Suite, plan: Plan, make_engines: MakeEngines) -> None:
        self._suite = suite
        self._engines = make_engines(files, suite)
        self._workload = Workload(files, suite, plan)

    def part(self, number: int, parts: int) -> dict[str, Tally]:
        return compare_documents(self._engines, self._workload.documents(number, parts), self._suite)


_of_this_process: list[_Comparison] = []


def _prepare(files: RuleFiles, suite: Suite, plan: Plan, make_engines: MakeEngines) -> None:
    _of_this_process.append(_Comparison(files, suite, plan, make_engines))


def _part(number: int, parts: int) -> dict[str, Tally]:
    return _of_this_process[-1].part(number, parts)


def compare_suite(files: RuleFiles, suite: Suite, plan: Plan, extras: Extras | None = None) -> dict[str, Tally]:
    """Compare on every document of the plan; one tally per rule set, and one of all together under the suite's name."""
    extras = extras or Extras()
    parts = extras.processes + round((plan.valid + plan.free) * suite.share / _MUTANTS_PER_PART)
    numbers = range(parts)
    made_of = (files, suite, plan, extras.make_engines)
    if extras.processes == 1:
        comparison = _Comparison(*made_of)
        return merged(_told((comparison.part(number, parts) for number in numbers), parts, suite, extras.say))
    context = get_context("spawn")
    with ProcessPoolExecutor(extras.processes, context, initializer=_prepare, initargs=made_of) as executor:
        return merged(_told(executor.map(_part, numbers, [parts] * parts), parts, suite, extras.say))


def _told(done: Parts, parts: int, suite: Suite, say: Say) -> Iterator[dict[str, Tally]]:
    """The same parts; says now and then how many there were, and at once what differs."""
    documents, differences, said = 0, 0, time.monotonic()
    for number, tallies in enumerate(done, start=1):
        documents += tallies[suite.rule_sets[0]].count()
        for difference in (each for tally in tallies.values() for each in tally.differences):
            differences += 1
            if differences <= _SAID_DIFFERENCES:
                say(f"    {line_of(difference)}")
        if time.monotonic() > said + _QUIET_SECONDS:
            said = time.monotonic()
            say(f"  {suite.name}: part {number} of {parts}, {documents} documents, {differences} differences")
        yield tallies


def compare_documents(engines: Engines, documents: Iterator[GateDocument], suite: Suite) -> dict[str, Tally]:
    tallies = {name: Tally(rule_set=name) for name in dict.fromkeys((*suite.rule_sets, suite.name))}
    for document in documents:
        root = etree.fromstring(document.content)
        references = {name: ask(engine, root) for name, engine in engines.references.items()}
        together, ours = _ours(engines, root)
        for name, answer in ours.items():
            tallies[name].add(document, compare(answer, references[name]))
        if len(ours) > 1:
            tallies[suite.name].add(document, compare(together, all_together(list(references.values()))))
    return tallies


def _ours(engines: Engines, root: etree._Element) -> tuple[Answer, dict[str, Answer]]:
    """What ours says of a document: all rule sets together, and each by its name."""
    together = ask(engines.together, root)
    if together.reason:
        return together, {name: ask(engine, root) for name, engine in engines.ours.items()}
    found = together.findings
    return together, {
        name: Answer(findings=tuple(each for each in found if each.rule_set == name)) for name in engines.ours
    }


def all_together(answers: Sequence[Answer]) -> Answer:
    """What several rule sets say of a document; an error of one is an error of all."""
    reasons = [answer.reason for answer in answers if answer.reason]
    if reasons:
        return Answer(reason="; ".join(reasons), crashed=any(answer.crashed for answer in answers))
    return Answer(findings=tuple(finding for answer in answers for finding in answer.findings))
