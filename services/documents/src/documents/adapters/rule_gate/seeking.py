"""Documents for rules that were still silent after what was drawn for their suite.

Guarantees: whether every rule speaks does not depend on the seed. What was not drawn is shown to our engine alone,
which is quick; the first document in which it lets a silent rule speak is then compared like every other one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from lxml import etree

from documents.adapters.rule_gate.comparing import compare_documents, engines_of
from documents.adapters.rule_gate.comparison import ask
from documents.adapters.rule_gate.engines import Engine
from documents.adapters.rule_gate.suites import Suite
from documents.adapters.rule_gate.tally import GateDocument, Tally
from documents.adapters.rule_gate.workload import Plan, Workload
from documents.adapters.rules.lock import RuleFiles

Rule = tuple[str, str]
"""A rule set and the id of one of its rules."""


def let_speak(
    files: RuleFiles, suite: Suite, plan: Plan, silent: Collection[Rule], say: Callable[[str], None]
) -> dict[str, Tally]:
    """Compare the documents that were found for silent rules; tallies as of `compare_suite`."""
    engines = engines_of(files, suite)
    found = list(first_speeches(engines.together, Workload(files, suite, plan).undrawn(), silent))
    say(f"{suite.name}: {len(silent)} rules were silent, {len(found)} more documents let some of them speak")
    return compare_documents(engines, iter(found), suite)


def first_speeches(
    engine: Engine, documents: Iterable[GateDocument], silent: Collection[Rule]
) -> Iterator[GateDocument]:
    """The documents in which a rule speaks for the first time, until none is silent."""
    waiting = set(silent)
    for document in documents:
        if not waiting:
            return
        answer = ask(engine, etree.fromstring(document.content))
        spoken = waiting.intersection((finding.rule_set, finding.rule_id) for finding in answer.findings)
        if spoken:
            waiting -= spoken
            yield document
