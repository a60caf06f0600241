"""Explain findings with what the document says at their places (`documents.domain.explanations` has the words).

Guarantees: an explanation never changes a verdict. Whatever the document is, a finding comes back with its explanation
or, when nobody wrote one for its rule, without; a fault of ours costs the explanation and is logged by rule and name,
never with what the document says. What many findings ask for is read once per document.
"""

from collections.abc import Iterable
from dataclasses import replace

import structlog
from lxml import etree

from documents.adapters.rules.explained_document import ExplainedDocument, Place
from documents.domain.explanations.table import explain
from documents.domain.explanations.wording import Explanation
from documents.domain.findings import Finding, Syntax

_log = structlog.get_logger(__name__)


def explained(findings: Iterable[Finding], root: etree._Element, syntax: Syntax) -> list[Finding]:
    """Return the findings of a document, each with its explanation where there is one."""
    document = ExplainedDocument(root, syntax)
    return [replace(finding, explanation=_explanation(finding, document)) for finding in findings]


def _explanation(finding: Finding, document: ExplainedDocument) -> Explanation | None:
    try:
        return explain(finding.rule_id, Place(document, document.find(finding.location), finding.text))
    except Exception as error:  # noqa: BLE001 - a verdict must not be lost for the words that explain it
        _log.warning("finding_not_explained", rule_id=finding.rule_id, reason=type(error).__name__)
        return None
