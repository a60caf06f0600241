"""The seller's side of the message bus: send a document, ask for its status, ask whether a receiver can be reached."""

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse

from documents.application.accept_document import AcceptDocument, Accepted
from documents.application.app import Application
from documents.application.await_verdict import Outcome
from documents.application.query_recipient import BILLING_TYPE
from documents.application.views import VerdictView
from documents.domain.errors import DocumentNotFound, DocumentRefused, InvalidDocumentId
from documents.domain.outbound import OutboundState
from documents.domain.parties import canonical_party
from documents.entrypoints.http.dependencies import App, Granted, Locale
from documents.entrypoints.http.responses import BUS_ERRORS, status_list
from documents.entrypoints.http.schemas import DocumentIdBody, RecipientBody, StatusItem
from documents.entrypoints.http.uploads import read_upload

router = APIRouter(prefix="/api/v1/{partyId}/salesInvoice", tags=["sales invoices"])
_WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])")
_MAX_PARTIES = 10


@router.post(
    "/send",
    operation_id="sendSalesInvoice",
    response_model=DocumentIdBody,
    responses=BUS_ERRORS,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                },
                "application/xml": {"schema": {"type": "string"}},
            },
        }
    },
)
async def send(
    request: Request,
    application: App,
    grant: Granted,
    receiver_id: Annotated[str, Query(alias="receiverId", max_length=200)] = "",
    channel: Annotated[str, Query(max_length=100)] = "",
) -> JSONResponse:
    """Take an invoice or credit note in. With `Prefer: wait=5` the answer waits for the rules, at most that long."""
    document_id = _document_id(request.headers.get("x-econnect-documentid"))
    content = await read_upload(request, application.limits.max_bytes)
    command = AcceptDocument(
        grant=grant,
        content=content,
        billable=request.state.caller.key is not None,
        document_id=document_id,
        receiver_id=receiver_id or None,
        channel=channel,
    )
    return await _answer(request, application, await application.accept_document(command))


@router.get(
    "/{documentId}/status",
    operation_id="getSalesInvoiceStatus",
    responses=BUS_ERRORS,
)
async def get_status(application: App, grant: Granted, documentId: UUID, locale: Locale) -> list[StatusItem]:  # noqa: N803 - the name in the path
    """List what happened to a document that was sent, oldest first."""
    document = await application.documents.find_sent(
        organization_id=grant.organization_id, caller_document_id=documentId
    )
    if document is None:
        raise DocumentNotFound
    return status_list(document.id, await application.documents.timeline(document.id), locale)


@router.post(
    "/queryRecipientParty",
    operation_id="queryRecipientParty",
    responses=BUS_ERRORS,
)
async def query_recipient_party(
    application: App,
    grant: Granted,
    parties: Annotated[list[str], Body(min_length=1, max_length=_MAX_PARTIES)],
    preferred: Annotated[str, Query(alias="preferredDocumentTypeId", max_length=500)] = "",
) -> RecipientBody:
    """Return the best of these parties to send to; 404 when none can be reached."""
    wanted = preferred.removeprefix("busdox-docid-qns::") or BILLING_TYPE
    candidates = [canonical_party(party) for party in parties]
    found = await application.query_recipient(candidates, wanted, mode=grant.mode)
    return RecipientBody(id=found.party, channel=found.channel, description=found.description)


def _document_id(text: str | None) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text.strip())
    except ValueError:
        raise InvalidDocumentId("X-EConnect-DocumentId must be a UUID.") from None


def _wait_of(request: Request, application: Application) -> float:
    match = _WAIT.search(request.headers.get("prefer", ""))
    return min(float(match.group(1)), application.limits.max_wait) if match else 0.0


async def _answer(request: Request, application: Application, accepted: Accepted) -> JSONResponse:
    """Answer with the id; who wants to wait hears the rules, and what they refuse is an error with their findings."""
    seconds = _wait_of(request, application)
    if not seconds:
        return JSONResponse({"id": str(accepted.caller_document_id)})
    outcome = await application.await_verdict(accepted.id, seconds)
    assertions = assertions_of(outcome.verdict)
    if outcome.state == OutboundState.REJECTED:
        detail = outcome.detail or "The document was rejected."
        raise DocumentRefused(detail, id=str(accepted.caller_document_id), assertions=assertions)
    return _accepted(accepted, outcome, assertions)


def _accepted(accepted: Accepted, outcome: Outcome, assertions: list[dict[str, Any]]) -> JSONResponse:
    body = {"id": str(accepted.caller_document_id), "status": outcome.state, "assertions": assertions}
    return JSONResponse(body, headers={"Preference-Applied": "wait"})


def assertions_of(verdict: VerdictView | None) -> list[dict[str, Any]]:
    """Return findings as the API's validate result has them, with rule and place beside."""
    if verdict is None:
        return []
    return [
        {
            "artifact": finding.artifact,
            "flag": "error" if finding.severity == "fatal" else finding.severity,
            "text": finding.text,
            "ruleId": finding.rule_id,
            "location": finding.location,
            **({"explanation": finding.explanation} if finding.explanation else {}),
        }
        for finding in verdict.findings
    ]
