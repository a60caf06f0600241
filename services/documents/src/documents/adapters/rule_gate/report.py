"""The result of a gate run as a text that people read."""

from documents.adapters.rule_gate.comparison import Outcome
from documents.adapters.rule_gate.gate import GateResult
from documents.adapters.rule_gate.plants.trial import Verdict
from documents.adapters.rule_gate.tally import Tally


def report_text(result: GateResult) -> str:
    """Counts by rule set and kind of document, silent rules, planted bugs, and at the end what is wrong."""
    lines = [f"seed: {result.seed}"]
    if result.official:
        lines.append(f"official tests: {result.official}")
    for tallies in result.tallies.values():
        for tally in tallies.values():
            lines += _outcomes(tally)
    for name, silent in result.silent.items():
        if silent:
            lines.append(f"{name}: {len(silent)} rules did not speak")
            lines += [f"  {rule_id}: {reason or 'no reason is known'}" for rule_id, reason in silent.items()]
    if result.verdicts:
        lines.append("planted bugs")
        lines += [f"  {verdict.bug}: {verdict.problem or _caught(verdict)}" for verdict in result.verdicts]
    lines.append("the gate is passed" if result.passed else "the gate is NOT passed:")
    lines += [f"  {problem}" for problem in result.problems]
    return "\n".join(lines)


def _caught(verdict: Verdict) -> str:
    return f"caught by {verdict.caught_by} after {verdict.documents} documents"


def _outcomes(tally: Tally) -> list[str]:
    lines = [f"{tally.rule_set}: {tally.count()} documents"]
    for label in tally.labels():
        for valid in (True, False):
            parts = [
                f"{number} {outcome}"
                for outcome in Outcome
                if (number := tally.count(outcome, valid=valid, label=label))
            ]
            if parts:
                lines.append(f"  {label}, {'valid' if valid else 'not valid'}: {', '.join(parts)}")
    return lines
