"""The neighbours of documents that a test controls: rules, network, access point, hooks' targets and the clock."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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

from support.documents_facts import BILLING, TYPES
from support.invoices import BIS3


@dataclass(slots=True)
class MovableClock:
    """The machine's clock, moved by `offset`."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


@dataclass(slots=True)
class FakeRules:
    """Finds nothing, or what a test wants; `failure` is raised instead. `here`: also in the process that asks."""

    findings: tuple[Finding, ...] = ()
    failure: Exception | None = None
    seen: list[bytes] = field(default_factory=list)
    gate: asyncio.Event | None = None
    here: bool = False

    async def validate(self, document: bytes) -> Verdict:
        self.seen.append(document)
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        kind = DocumentType(
            family=DocumentFamily.INVOICE,
            syntax=Syntax.UBL,
            specification="Peppol BIS Billing 3",
            customization_id=BIS3,
            document_type_id=TYPES[0],
            process_id=BILLING,
        )
        rule_sets = (RuleSet(name="cen-ubl", version="1.3.16", sha256="0" * 64, engine="fake"),)
        return Verdict(document_type=kind, rule_sets=rule_sets, findings=self.findings)

    async def validate_here(self, document: bytes) -> Verdict | None:
        """Leave every document to the worker, unless a test says otherwise."""
        return await self.validate(document) if self.here else None


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
    """Answers what a test lined up, then `sent` and `acknowledged`."""

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
        answer = self.statuses.pop(0) if self.statuses else Acknowledgement(state=AcknowledgementState.ACKNOWLEDGED)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass(slots=True)
class FakeTargets:
    """The hooks' targets: remembers every call and answers what a test lined up, then 200."""

    answers: list[Response] = field(default_factory=list)
    calls: list[HookCall] = field(default_factory=list)

    async def post(self, call: HookCall) -> Response:
        self.calls.append(call)
        return self.answers.pop(0) if self.answers else Response(status=200, excerpt="ok", milliseconds=3)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(call.body) for call in self.calls]
