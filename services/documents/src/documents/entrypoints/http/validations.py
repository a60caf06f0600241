"""Validation without sending, on our own API: everything that the rules said, and nothing of it is kept."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from shared.errors import DomainError

from documents.domain import findings
from documents.domain.errors import DocumentRefused
from documents.entrypoints.http.dependencies import App, DocumentReader
from documents.entrypoints.http.responses import PROBLEMS
from documents.entrypoints.http.schemas import DocumentTypeBody, FindingBody, VerdictBody
from documents.entrypoints.http.uploads import read_upload

router = APIRouter(prefix="/documents/v1", tags=["documents"])
_RESPONSES: dict[int | str, dict[str, Any]] = {401: PROBLEMS[401], 403: PROBLEMS[403]}
_RESPONSES.update(
    {
        status: {"description": description, "content": {"application/problem+json": {}}}
        for status, description in {
            400: "The upload or the document cannot be read.",
            413: "More than 24 MB.",
            415: "Neither multipart/form-data nor XML.",
            422: "The document is of a type that is not validated here, or more complex than any invoice.",
            503: "Try again in a moment.",
        }.items()
    }
)
_REFUSALS: dict[str, type[DomainError]] = {
    kind().code: kind
    for kind in (
        findings.MalformedXml,
        findings.DoctypeForbidden,
        findings.DocumentTooLarge,
        findings.DocumentTooComplex,
        findings.UnknownDocumentType,
    )
}
_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "application/xml": {"schema": {"type": "string"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


@router.post("/validations", operation_id="createValidation", responses=_RESPONSES, openapi_extra=_UPLOAD)
async def create_validation(request: Request, application: App, caller: DocumentReader) -> VerdictBody:  # noqa: ARG001 - asking for the caller is what authorizes
    """Say what the rules say about a document, with every finding explained in Dutch and English where we can."""
    content = await read_upload(request, application.limits.max_bytes)
    answer = await application.check_document(content)
    if "error" in answer:
        raise _REFUSALS.get(answer["error"]["code"], DocumentRefused)(answer["error"]["detail"])
    return _body(answer["verdict"])


def _body(verdict: Mapping[str, Any]) -> VerdictBody:
    return VerdictBody(
        valid=all(finding["severity"] != "fatal" for finding in verdict["findings"]),
        document_type=DocumentTypeBody(**verdict["document_type"]),
        rule_sets=[dict(rule_set) for rule_set in verdict["rule_sets"]],
        findings=[FindingBody(**finding) for finding in verdict["findings"]],
        omitted_findings=verdict["omitted"],
    )
