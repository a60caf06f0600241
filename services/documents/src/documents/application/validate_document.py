"""The rules' word on an accepted document: rejected with its findings, or validated and on its way.

The rules run outside any transaction. A document on which the rule engine breaks twice is rejected with a finding of
its own: it must not block the queue, and nobody may say that it is valid. Rules that are merely busy or absent are
waited for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.documents import DocumentValidated
from shared.contracts.documents import Finding as PublishedFinding
from shared.errors import DomainError

from documents.application.deliver_here import continue_to_receiver
from documents.application.foresee import foresee_later
from documents.application.ports import Contents, DocumentViews, Rules, Tx, UnitOfWork
from documents.application.settle import reject
from documents.application.telling import facts_of, tell
from documents.domain import findings
from documents.domain.document import ContentKey
from documents.domain.findings import Artifact, DocumentFamily, DocumentType, Finding, Severity, Syntax, Verdict
from documents.domain.outbound import Outbound, OutboundState
from documents.domain.retention import Retention

JOB = "validate"
RULES_VIOLATED = "rules_violated"
VALIDATION_UNAVAILABLE = "validation_unavailable"
CRASHED_RULE = "KOERIER-VALIDATION"
_ENGINE_TRIES = 2
_TOLD_FINDINGS = 100
_BROKEN = (findings.ValidationCrashed, findings.ValidationTimedOut)
_REFUSED = (
    findings.MalformedXml,
    findings.DoctypeForbidden,
    findings.DocumentTooLarge,
    findings.DocumentTooComplex,
    findings.UnknownDocumentType,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateDocument:
    """`attempt` counts from 1."""

    document_id: UUID
    attempt: int


async def validate_document(
    cmd: ValidateDocument,
    *,
    uow: UnitOfWork,
    views: DocumentViews,
    contents: Contents,
    rules: Rules,
    retention: Retention,
    foreseeing: bool,
) -> None:
    """Validate and go on; does nothing when that was done before."""
    view = await views.get(cmd.document_id)
    if view is None or view.state != OutboundState.ACCEPTED:
        return
    verdict = await judge(view.content, contents=contents, rules=rules, attempt=cmd.attempt)
    async with uow() as tx:
        document = await tx.outbound.lock(cmd.document_id)
        if document is None or document.state is not OutboundState.ACCEPTED:
            return
        await tx.verdicts.save(document.facts.exchange_id, verdict)
        if foreseeing:
            foresee_later(tx, document.facts.id, verdict, rules=rules)
        if verdict.valid:
            await _accept_verdict(document, verdict, tx, retention)
        else:
            await reject(
                tx, document, reason=RULES_VIOLATED, detail=_summary(verdict), findings=_told(verdict.findings)
            )


async def judge(key: ContentKey, *, contents: Contents, rules: Rules, attempt: int) -> Verdict:
    """Return the verdict; an engine that broke on this document before makes one of its own."""
    content = await contents.read(key)
    try:
        return await rules.validate(content)
    except _REFUSED as error:
        return _own_verdict(error)
    except _BROKEN as error:
        if attempt < _ENGINE_TRIES:
            raise
        return _own_verdict(error)


async def _accept_verdict(document: Outbound, verdict: Verdict, tx: Tx, retention: Retention) -> None:
    document = document.validated()
    names = tuple(f"{rule_set.name} {rule_set.version}" for rule_set in verdict.rule_sets)
    event = DocumentValidated(document=facts_of(document), rule_sets=names, warnings=len(verdict.findings))
    tell(tx, event, document)
    await continue_to_receiver(document, tx, retention)


def _own_verdict(error: DomainError) -> Verdict:
    """Say in a finding of our own why there is no verdict of the rules."""
    finding = Finding(
        rule_id=CRASHED_RULE,
        severity=Severity.FATAL,
        location="/",
        text=f"The document could not be validated: {error.detail}",
        artifact=Artifact.BUSINESS_RULES,
    )
    return Verdict(document_type=UNKNOWN_TYPE, rule_sets=(), findings=(finding,))


def _summary(verdict: Verdict) -> str:
    first, *others = verdict.fatal
    more = f" (and {len(others)} more)" if others else ""
    return f"{first.rule_id}: {first.text}{more}"


def _told(found: Sequence[Finding]) -> tuple[PublishedFinding, ...]:
    """Return the findings that the event carries: an event stays small, the rest is in the API."""
    return tuple(
        PublishedFinding(
            rule_id=finding.rule_id, severity=finding.severity, location=finding.location, text=finding.text
        )
        for finding in found[:_TOLD_FINDINGS]
    )


UNKNOWN_TYPE = DocumentType(
    family=DocumentFamily.INVOICE,
    syntax=Syntax.UBL,
    specification="",
    customization_id="",
    document_type_id="",
    process_id="",
)
