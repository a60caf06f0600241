"""The release gate: what rule sets and our engine must pass before they decide about anybody's documents.

In order: every rule set compiles; the publishers' tests agree; on unchanged, directed and mutated documents the finding
lists equal those of the reference; every rule has spoken, or there is a known reason why it cannot; every planted bug
is caught. The result lists all that is wrong; it has passed when nothing is. Nothing is skipped silently: what was not
looked at, because the plan did not ask for it, is said in the result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lxml import etree

from documents.adapters.rule_gate.comparing import Extras, all_together, compare_suite
from documents.adapters.rule_gate.comparison import Outcome, ask
from documents.adapters.rule_gate.compiled import CompiledEngine, compile_rule_sets
from documents.adapters.rule_gate.expectations import OfficialTest, official_tests
from documents.adapters.rule_gate.extent import Extent
from documents.adapters.rule_gate.never_spoken import reasons_of
from documents.adapters.rule_gate.plants.table import BUGS
from documents.adapters.rule_gate.plants.trial import Trial, Verdict
from documents.adapters.rule_gate.plants.workload import TrialDocuments
from documents.adapters.rule_gate.rule_ids import rule_ids_of
from documents.adapters.rule_gate.seeking import let_speak
from documents.adapters.rule_gate.suites import Suite
from documents.adapters.rule_gate.tally import Difference, Tally, merge_into
from documents.adapters.rule_gate.workload import Plan
from documents.adapters.rules.lock import RuleFiles
from documents.adapters.schematron.frontend.stylesheet import read_stylesheet
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct, XPathSyntaxError

# A free mutant need not be a document at all. There the engines may evaluate the parts of a test in another order, so
# that one meets an error and the other does not; a share of that is accepted, and a few in a small sample.
_FREE_ERRORS = 0.01
_FREE_SLACK = 2
_ALONE = ((Outcome.ERRORED_BY_OURS_ONLY, "ours"), (Outcome.ERRORED_BY_REFERENCE_ONLY, "the reference"))
_WRONG = (Outcome.DIFFERENT, Outcome.TEXTS_DIFFER, Outcome.CRASHED)
Say = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class GateResult:
    """What was found, by suite and rule set."""

    seed: str
    tallies: dict[str, dict[str, Tally]] = field(default_factory=dict)
    silent: dict[str, dict[str, str]] = field(default_factory=dict)
    """By rule set, the rules that did not speak, with the reason, empty when none is known."""
    verdicts: list[Verdict] = field(default_factory=list)
    official: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.problems

    @property
    def differences(self) -> list[Difference]:
        return [
            difference
            for tallies in self.tallies.values()
            for tally in tallies.values()
            for difference in tally.differences
        ]


def run_gate(files: RuleFiles, extent: Extent, *, say: Say = print) -> GateResult:
    """Run the whole gate; `say` gets a line per stage as it goes."""
    result = GateResult(seed=extent.plan.seed)
    say(f"the seed is {result.seed}")
    suites = [suite for suite in extent.suites if _compiles(files, suite, result, say)]
    _run_official(files, extent, suites, result, say)
    for suite in suites:
        tallies = compare_suite(files, suite, extent.plan, Extras(processes=extent.processes, say=say))
        result.tallies[suite.name] = tallies
        if extent.everything_speaks:
            _let_silent_rules_speak(files, suite, extent.plan, result, say)
        for tally in tallies.values():
            result.problems += problems_of(tally)
            say(summary_of(tally))
    for name in dict.fromkeys(name for suite in suites for name in suite.rule_sets):
        _tell_silent(files, name, result, required=extent.everything_speaks)
    if suites:
        _try_bugs(files, extent, suites[0], result, say)
    return result


def _compiles(files: RuleFiles, suite: Suite, result: GateResult, say: Say) -> bool:
    try:
        compile_rule_sets(files, suite.rule_sets)
    except (UnsupportedConstruct, XPathSyntaxError) as error:
        result.problems.append(f"{suite.name} does not compile: {error}")
        return False
    say(f"{suite.name} compiles")
    return True


def _run_official(files: RuleFiles, extent: Extent, suites: Sequence[Suite], result: GateResult, say: Say) -> None:
    if extent.plan.official is None:
        say("the publishers' tests were not run: their folder was not given")
        return
    names = list(dict.fromkeys(name for suite in suites for name in suite.rule_sets))
    compiled = compile_rule_sets(files, names)
    engines = {name: CompiledEngine(compiled, (name,)) for name in names}
    before = len(result.problems)
    for test in official_tests(extent.plan.official):
        if all(name in engines for name in test.rule_sets):
            result.problems += _differences(test, engines)
            result.official += 1
    say(f"{result.official} official tests, {len(result.problems) - before} differ")


def _differences(test: OfficialTest, engines: dict[str, CompiledEngine]) -> list[str]:
    root = etree.fromstring(test.content)
    answer = all_together([ask(engines[name], root) for name in test.rule_sets])
    return [
        f"official test {test.name}: {difference}"
        for expectation in test.expectations
        if (difference := expectation.difference(answer))
    ]


def problems_of(tally: Tally) -> list[str]:
    """What is wrong with the outcomes of a rule set, in words."""
    wrong = [
        f"{tally.rule_set}: {number} documents {outcome}" for outcome in _WRONG if (number := tally.count(outcome))
    ]
    for outcome, whose in _ALONE:
        alone = tally.count(outcome, valid=True)
        if alone:
            wrong.append(f"{tally.rule_set}: {alone} errors of {whose} alone on documents that satisfy their schema")
        free, looked = tally.count(outcome, valid=False), tally.count(valid=False)
        if free > looked * _FREE_ERRORS + _FREE_SLACK:
            wrong.append(f"{tally.rule_set}: {free} errors of {whose} alone on {looked} free documents")
    return wrong


def summary_of(tally: Tally) -> str:
    """The outcomes of a rule set on a line."""
    parts = [f"{number} {outcome}" for outcome in Outcome if (number := tally.count(outcome))]
    return f"{tally.rule_set}: {tally.count()} documents, {', '.join(parts)}; {len(tally.spoken)} rules spoke"


def _let_silent_rules_speak(files: RuleFiles, suite: Suite, plan: Plan, result: GateResult, say: Say) -> None:
    silent = [
        (name, rule_id)
        for name in suite.rule_sets
        for rule_id, reason in _silent_rules(files, name, result).items()
        if not reason
    ]
    if silent:
        merge_into(result.tallies[suite.name], let_speak(files, suite, plan, silent, say))


def _silent_rules(files: RuleFiles, name: str, result: GateResult) -> dict[str, str]:
    """The rules of a set that spoke in no suite, with the reason, empty when none is known."""
    spoken = {rule_id for tallies in result.tallies.values() if name in tallies for rule_id in tallies[name].spoken}
    path = files.stylesheet(name).path
    reasons = reasons_of(read_stylesheet(path.read_bytes()))
    return {rule_id: reasons.get(rule_id, "") for rule_id in sorted(rule_ids_of(path) - spoken)}


def _tell_silent(files: RuleFiles, name: str, result: GateResult, *, required: bool) -> None:
    result.silent[name] = _silent_rules(files, name, result)
    unexplained = [rule_id for rule_id, reason in result.silent[name].items() if not reason]
    if required and unexplained:
        result.problems.append(f"{name}: these rules never spoke: {', '.join(unexplained)}")


def _try_bugs(files: RuleFiles, extent: Extent, suite: Suite, result: GateResult, say: Say) -> None:
    bugs = [bug for bug in BUGS if extent.bugs is None or bug.name in extent.bugs]
    if not bugs:
        say("no bugs were planted: the plan names none")
        return

    def make_engines() -> list[CompiledEngine]:
        compiled = compile_rule_sets(files, suite.rule_sets)
        return [CompiledEngine(compiled, (name,)) for name in suite.rule_sets]

    documents = TrialDocuments(files, suite, extent.plan)
    trial = Trial(make_engines, documents.sample(extent.bug_documents), documents.further())
    for bug in bugs:
        verdict = trial.try_bug(bug)
        result.verdicts.append(verdict)
        if verdict.problem:
            result.problems.append(f"planted bug {bug.name}: {verdict.problem}")
    caught = sum(not verdict.problem for verdict in result.verdicts)
    say(f"{caught} of {len(bugs)} planted bugs are caught")
