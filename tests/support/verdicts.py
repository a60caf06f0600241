"""Verdicts and rules for tests of what decides where and by whom a document is validated."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.adapters.rules.release_choice import Choice
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

NOW = Choice(release="2026.5", kept=("2026.5",))
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


def rule_set_of(name: str, *, version: str = "1", engine: str = COMPILED) -> RuleSet:
    """A rule set that another name or version has another SHA-256 of."""
    sha256 = hashlib.sha256(f"{name} {version}".encode()).hexdigest()
    return RuleSet(name=name, version=version, sha256=sha256, engine=engine)


def verdict_with(
    *found: Finding,
    rule_sets: Sequence[str] = ("cen-ubl",),
    engine: str = COMPILED,
    omitted: int = 0,
    release: str = NOW.release,
    applied: Sequence[RuleSet] | None = None,
) -> Verdict:
    sets = [rule_set_of(name, engine=engine) for name in rule_sets] if applied is None else applied
    return Verdict(document_type=TYPE, rule_sets=tuple(sets), findings=found, omitted=omitted, release=release)


@dataclass(slots=True)
class FakeProcesses:
    """Processes that give `answer` (or raise it) to every document; `gate` holds them back."""

    answer: Verdict | Exception
    started: int = 0
    seen: list[bytes] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    idle: bool = True
    gate: asyncio.Event | None = None
    closed: bool = False

    def start(self) -> None:
        self.started += 1

    async def validate(self, document: bytes, choice: Choice) -> Verdict:
        self.seen.append(document)
        self.choices.append(choice)
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
