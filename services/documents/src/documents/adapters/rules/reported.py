"""One spelling for the findings of every engine: severity, readable place, text on one line."""

import re

from documents.adapters.rules.locations import readable_location
from documents.domain.findings import Artifact, Finding, Severity

_BRACKETED = re.compile(r"^\s*\[([^\]\s]+)\]")
_WARNING_FLAGS = frozenset({"warning", "info", "information"})


def reported(*, rule_set: str, rule_id: str, flag: str, location: str, text: str) -> Finding:
    """Return the finding that a rule set reports. No flag means fatal; no id: it stands in brackets before the text."""
    line = " ".join(text.split())
    bracketed = None if rule_id else _BRACKETED.match(line)
    return Finding(
        rule_id=rule_id or (bracketed.group(1) if bracketed else f"{rule_set}-unnamed"),
        severity=Severity.WARNING if flag.lower() in _WARNING_FLAGS else Severity.FATAL,
        location=readable_location(location or "/"),
        text=line,
        artifact=Artifact.BUSINESS_RULES,
        rule_set=rule_set,
    )
