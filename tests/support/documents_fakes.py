"""The neighbours of documents that a test controls: rules, network, access point, hooks' targets and the clock."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from documents.application.values import (
    Acknowledgement,
    AcknowledgementState,
    Endpoint,
    Handover,
    HandoverState,
    HookCall,
    Reachability,
    Response,
    Shipment,
)
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
from documents.domain.releases import CURRENT, Release, chosen

from support.documents_facts import BILLING, TYPES
from support.invoices import BIS3


@dataclass(slots=True)
class MovableClock:
    """The machine's clock, moved by `offset`."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


IN_FORCE = Release(name="2026.5", in_force_from=date(2026, 8, 17))


@dataclass(slots=True)
class FakeRules:
    """Finds nothing, or what a test wants; `failure` is raised instead. `here`: also in the process that asks.

    `upcoming` is the next release, with findings or a failure of its own.
    """

    findings: tuple[Finding, ...] = ()
    failure: Exception | None = None
    seen: list[bytes] = field(default_factory=list)
    gate: asyncio.Event | None = None
    here: bool = False
    current: Release = IN_FORCE
    upcoming: Release | None = None
    next_findings: tuple[Finding, ...] = ()
    next_failure: Exception | None = None
    next_here: bool = True
    asked: list[str] = field(default_factory=list)

    def release(self, wanted: str) -> Release:
        known = [self.current, *([self.upcoming] if self.upcoming else [])]
        return chosen(known, datetime(2026, 8, 18, tzinfo=UTC), wanted)

    def next_for(self, verdict: Verdict) -> Release | None:
        return self.upcoming if verdict.release == self.current.name else None

    async def validate(self, document: bytes, release: str = CURRENT) -> Verdict:
        name = self.release(release).name
        self.seen.append(document)
        self.asked.append(name)
        if self.gate is not None:
            await self.gate.wait()
        failure = self.failure if name == self.current.name else self.next_failure
        if failure is not None:
            raise failure
        kind = DocumentType(
            family=DocumentFamily.INVOICE,
            syntax=Syntax.UBL,
            specification="Peppol BIS Billing 3",
            customization_id=BIS3,
            document_type_id=TYPES[0],
            process_id=BILLING,
        )
        rule_sets = (RuleSet(name="cen-ubl", version="1.3.16", sha256="0" * 64, engine="fake"),)
        found = self.findings if name == self.current.name else self.next_findings
        return Verdict(document_type=kind, rule_sets=rule_sets, findings=found, release=name)

    async def validate_here(self, document: bytes, release: str = CURRENT) -> Verdict | None:
        """Leave every document to the worker, unless a test says otherwise."""
        here = self.here and (self.next_here or self.release(release) == self.current)
        return await self.validate(document, release) if here else None


def fatal(rule_id: str = "BR-CO-15", text: str = "The total is not the sum.") -> Finding:
    return Finding(
        rule_id=rule_id,
        severity=Severity.FATAL,
        location="/ubl:Invoice/cac:LegalMonetaryTotal[1]",
        text=text,
        artifact=Artifact.BUSINESS_RULES,
    )


def warning(rule_id: str = "PEPPOL-W-1") -> Finding:
    return Finding(
        rule_id=rule_id,
        severity=Severity.WARNING,
        location="/ubl:Invoice",
        text="Think again.",
        artifact=Artifact.BUSINESS_RULES,
    )


@dataclass(slots=True)
class FakeNetwork:
    """The Peppol directory: who is `known`, and for which types they are reached."""

    reachable: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    failure: Exception | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def look_up(self, party: str, document_type_id: str) -> Reachability:
        self.asked.append((party, document_type_id))
        if self.failure is not None:
            raise self.failure
        if document_type_id not in self.reachable.get(party, ()):
            return Reachability(known=party in self.known or party in self.reachable)
        endpoint = Endpoint(
            process_id=BILLING,
            transport_profile="peppol-transport-as4-v2_0",
            url="https://ap.example/as4",
            certificate="",
            access_point="PNL000002",
        )
        return Reachability(known=True, endpoints=(endpoint,))


@dataclass(slots=True)
class FakeAccessPoint:
    """Answers what a test lined up, then `sent` and `acknowledged`; of what it was never given it knows nothing."""

    handovers: list[Handover | Exception] = field(default_factory=list)
    statuses: list[Acknowledgement | Exception] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def submit(self, shipment: Shipment) -> Handover:
        self.shipments.append(shipment)
        answer = self.handovers.pop(0) if self.handovers else Handover(state=HandoverState.SENT)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def status(self, message_id: str) -> Acknowledgement:
        self.asked.append(message_id)
        if all(shipment.message_id != message_id for shipment in self.shipments):
            return Acknowledgement(state=AcknowledgementState.UNKNOWN)
        answer = self.statuses.pop(0) if self.statuses else Acknowledgement(state=AcknowledgementState.ACKNOWLEDGED)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass(slots=True)
class FakeTargets:
    """The hooks' targets: remembers every call and answers what a test lined up, then 200."""

    answers: list[Response] = field(default_factory=list)
    calls: list[HookCall] = field(default_factory=list)
    through: Callable[[HookCall], Awaitable[Response]] | None = None
    """Where calls really go, when a test has a target that listens."""

    async def post(self, call: HookCall) -> Response:
        self.calls.append(call)
        if self.through is not None:
            return await self.through(call)
        return self.answers.pop(0) if self.answers else Response(status=200, excerpt="ok", milliseconds=3)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(call.body) for call in self.calls]
