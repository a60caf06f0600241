"""Validation without sending, on our own API: everything that the rules said, and nothing of it is kept."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from shared.errors import DomainError

from documents.domain import findings
from documents.domain.errors import DocumentRefused
from documents.domain.labels import next_release_label
from documents.domain.releases import CURRENT, ReleaseNotFound
from documents.entrypoints.http.dependencies import App, DocumentReader, Locale
from documents.entrypoints.http.responses import PROBLEMS
from documents.entrypoints.http.schemas import DocumentTypeBody, FindingBody, NextReleaseBody, VerdictBody
from documents.entrypoints.http.uploads import read_upload

router = APIRouter(prefix="/documents/v1", tags=["documents"])
_RESPONSES: dict[int | str, dict[str, Any]] = {401: PROBLEMS[401], 403: PROBLEMS[403]}
_RESPONSES.update(
    {
        status: {"description": description, "content": {"application/problem+json": {}}}
        for status, description in {
            400: "The upload or the document cannot be read.",
            404: "There is no such release of the rules to choose; the detail names those that there are.",
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
        ReleaseNotFound,
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


_Release = Annotated[
    str,
    Query(
        max_length=40,
        description="The release of the rules: `current` (in force now), `next`, or one of these two by its name.",
        examples=["current", "next", "2026.5"],
    ),
]


@router.post("/validations", operation_id="createValidation", responses=_RESPONSES, openapi_extra=_UPLOAD)
async def create_validation(
    request: Request,
    application: App,
    caller: DocumentReader,  # noqa: ARG001 - asking for the caller is what authorizes
    locale: Locale,
    release: _Release = CURRENT,
) -> VerdictBody:
    """Say what the rules say about a document, with every finding explained in Dutch and English where we can.

    The release in force is asked unless another is named; when the next one says the opposite, both are said.
    """
    content = await read_upload(request, application.limits.max_bytes)
    answer = await application.check_document(content, release)
    if "error" in answer:
        raise _REFUSALS.get(answer["error"]["code"], DocumentRefused)(answer["error"]["detail"])
    return _body(answer["verdict"], answer["next_release"], locale)


def _body(verdict: Mapping[str, Any], upcoming: Mapping[str, Any] | None, locale: str) -> VerdictBody:
    return VerdictBody(
        valid=all(finding["severity"] != "fatal" for finding in verdict["findings"]),
        document_type=DocumentTypeBody(**verdict["document_type"]),
        release=verdict["release"],
        rule_sets=[dict(rule_set) for rule_set in verdict["rule_sets"]],
        findings=[FindingBody(**finding) for finding in verdict["findings"]],
        omitted_findings=verdict["omitted"],
        next_release=upcoming and _next_release(upcoming, locale),
    )


def _next_release(upcoming: Mapping[str, Any], locale: str) -> NextReleaseBody:
    begins = date.fromisoformat(upcoming["in_force_from"])
    return NextReleaseBody(
        name=upcoming["name"],
        in_force_from=begins,
        passes=upcoming["passes"],
        label=next_release_label(upcoming["name"], begins, passes=upcoming["passes"], locale=locale),
        findings=[FindingBody(**finding) for finding in upcoming["findings"]],
        omitted_findings=upcoming["omitted"],
    )
