"""Run a workload through our engine and the reference, in as many processes as wished, and count what they say.

Every rule set is compared by itself, since an error in one must not hide another; and all of them together over one
tree, as documents are validated, must say what each says alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from lxml import etree

from documents.adapters.rule_gate.comparison import Answer, ask, compare
from documents.adapters.rule_gate.compiled import CompiledEngine, compile_rule_sets
from documents.adapters.rule_gate.engines import Engine
from documents.adapters.rule_gate.reference import Saxon
from documents.adapters.rule_gate.suites import Suite
from documents.adapters.rule_gate.tally import GateDocument, Tally, merged
from documents.adapters.rule_gate.workload import Plan, Workload
from documents.adapters.rules.lock import RuleFiles


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


def compare_suite(
    files: RuleFiles, suite: Suite, plan: Plan, *, processes: int = 1, make_engines: MakeEngines = engines_of
) -> dict[str, Tally]:
    """Compare on every document of the plan; one tally per rule set, and one of all together under the suite's name."""
    work = partial(_share, files, suite, plan, make_engines=make_engines)
    shares = [(share, processes) for share in range(processes)]
    if processes == 1:
        return work(shares[0])
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as executor:
        return merged(executor.map(work, shares))


def _share(
    files: RuleFiles, suite: Suite, plan: Plan, share: tuple[int, int], *, make_engines: MakeEngines
) -> dict[str, Tally]:
    return compare_documents(make_engines(files, suite), Workload(files, suite, plan).documents(*share), suite)


def compare_documents(engines: Engines, documents: Iterator[GateDocument], suite: Suite) -> dict[str, Tally]:
    tallies = {name: Tally(rule_set=name) for name in dict.fromkeys((*suite.rule_sets, suite.name))}
    for document in documents:
        root = etree.fromstring(document.content)
        answers = {name: ask(engine, root) for name, engine in engines.references.items()}
        for name, engine in engines.ours.items():
            tallies[name].add(document, compare(ask(engine, root), answers[name]))
        if len(answers) > 1:
            together = all_together(list(answers.values()))
            tallies[suite.name].add(document, compare(ask(engines.together, root), together))
    return tallies


def all_together(answers: Sequence[Answer]) -> Answer:
    """What several rule sets say of a document; an error of one is an error of all."""
    reasons = [answer.reason for answer in answers if answer.reason]
    if reasons:
        return Answer(reason="; ".join(reasons), crashed=any(answer.crashed for answer in answers))
    return Answer(findings=tuple(finding for answer in answers for finding in answer.findings))
