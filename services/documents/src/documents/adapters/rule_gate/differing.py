"""Keep the documents on which engines differ: a folder that somebody can work through.

Beside each document lies a text that says what differs, how the document was made and what makes it again.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from documents.adapters.rule_gate.tally import Difference


def save_differences(differences: Iterable[Difference], folder: Path) -> list[Path]:
    """Write them and say where; the folder is made when there is something to write."""
    saved = []
    for number, difference in enumerate(differences, start=1):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{number:03}-{difference.rule_set}-{difference.comparison.outcome}.xml"
        path.write_bytes(difference.document.content)
        path.with_suffix(".json").write_text(json.dumps(_told(difference), indent=2, ensure_ascii=False) + "\n")
        saved.append(path)
    return saved


def _told(difference: Difference) -> dict[str, object]:
    document, comparison = difference.document, difference.comparison
    return {
        "ruleSet": difference.rule_set,
        "outcome": comparison.outcome,
        "onlyOurs": comparison.only_ours,
        "onlyReference": comparison.only_reference,
        "oursReason": comparison.ours_reason,
        "referenceReason": comparison.reference_reason,
        "label": document.label,
        "key": document.key,
        "base": document.base,
        "valid": document.valid,
        "steps": [{"mutator": step.mutator, "change": step.change} for step in document.steps],
    }
