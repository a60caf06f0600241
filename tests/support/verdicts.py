"""Verdicts and rules for tests of what decides where and by whom a document is validated."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.adapters.rules.rule_engine import COMPILED
from documents.domain.findings import (
    Artifact,
    DocumentFamily,
    DocumentType,
    Finding,
    RuleSet,
    Severity,
    Syntax,
    Verdict,
)

TYPE = DocumentType(
    family=DocumentFamily.INVOICE,
    syntax=Syntax.UBL,
    specification="EN 16931",
    customization_id="c",
    document_type_id="d",
    process_id="p",
)


def finding_of(rule_id: str, location: str = "/ubl:Invoice", *, rule_set: str = "cen-ubl") -> Finding:
    return Finding(
        rule_id=rule_id,
        severity=Severity.FATAL,
        location=location,
        text="It must be so.",
        artifact=Artifact.BUSINESS_RULES,
        rule_set=rule_set,
    )


def verdict_with(
    *found: Finding, rule_sets: Sequence[str] = ("cen-ubl",), engine: str = COMPILED, omitted: int = 0
) -> Verdict:
    applied = tuple(RuleSet(name=name, version="1", sha256="0" * 64, engine=engine) for name in rule_sets)
    return Verdict(document_type=TYPE, rule_sets=applied, findings=found, omitted=omitted)


@dataclass(slots=True)
class FakeProcesses:
    """Processes that give `answer` (or raise it) to every document; `gate` holds them back."""

    answer: Verdict | Exception
    started: int = 0
    seen: list[bytes] = field(default_factory=list)
    idle: bool = True
    gate: asyncio.Event | None = None
    closed: bool = False

    def start(self) -> None:
        self.started += 1

    async def validate(self, document: bytes) -> Verdict:
        self.seen.append(document)
        if self.gate is not None:
            await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def close(self) -> None:
        self.closed = True


def value_of(metric: object, *labels: str) -> float:
    """What a counter or gauge says now."""
    return metric.labels(*labels)._value.get()  # type: ignore[attr-defined]
