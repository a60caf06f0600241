"""Every rule that is explained, and the way to its row (docs/explained-rules.md is made from this)."""

from collections.abc import Iterable, Mapping

from documents.domain.explanations import (
    codes,
    identifiers,
    netherlands,
    peppol,
    peppol_amounts,
    presence,
    repeats,
    structure,
    totals,
    vat,
)
from documents.domain.explanations.facts import Source
from documents.domain.explanations.rule import GROUP, RuleExplanation
from documents.domain.explanations.wording import Explanation

FAMILIES: Mapping[str, tuple[RuleExplanation, ...]] = {
    "Totals": totals.RULES,
    "What must be there": presence.RULES,
    "VAT categories": vat.RULES,
    "Codes and decimals": codes.RULES,
    "Identifiers, dates and prices": identifiers.RULES,
    "Peppol BIS Billing 3": (*peppol.RULES, *peppol_amounts.RULES),
    "The Netherlands": netherlands.RULES,
    "What may be there once": repeats.RULES,
    "Structure": structure.RULES,
}


def _by_rule(rows: Iterable[RuleExplanation]) -> dict[str, RuleExplanation]:
    found: dict[str, RuleExplanation] = {}
    for row in rows:
        for rule in row.rules:
            if rule in found:
                raise ValueError(f"{rule} is explained twice")
            found[rule] = row
    return found


_ROWS = _by_rule(row for rows in FAMILIES.values() for row in rows)
_EXACT = {rule: row for rule, row in _ROWS.items() if not rule.endswith(GROUP)}
_GROUPS = {rule.removesuffix(GROUP): row for rule, row in _ROWS.items() if rule.endswith(GROUP)}


def explanation_of(rule_id: str) -> RuleExplanation | None:
    """Return the row of a rule, else the one of its group; None for a rule that only its own text explains."""
    row = _EXACT.get(rule_id)
    return row or next((group for start, group in _GROUPS.items() if rule_id.startswith(start)), None)


def explain(rule_id: str, source: Source) -> Explanation | None:
    """Explain a finding with what the document says at its place."""
    row = explanation_of(rule_id)
    return None if row is None else row.explain(source)
