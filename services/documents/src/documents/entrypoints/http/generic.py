"""Validation without sending; nothing is kept and no hook is called."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request

from documents.domain.errors import DocumentRefused
from documents.entrypoints.http.dependencies import App, BusCaller
from documents.entrypoints.http.responses import BUS_ERRORS
from documents.entrypoints.http.schemas import AssertionBody, SourceBody, ValidationBody
from documents.entrypoints.http.uploads import read_upload

router = APIRouter(prefix="/api/v1/generic", tags=["generic"])


@router.post("/validate", operation_id="validateDocument", responses=BUS_ERRORS, response_model_exclude_none=True)
async def validate(request: Request, application: App, caller: BusCaller) -> ValidationBody:
    """Say what the rules say about a document, with an explanation in Dutch and English where there is one."""
    await application.authenticate(caller)
    content = await read_upload(request, application.limits.max_bytes)
    answer = await application.check_document(content)
    if "error" in answer:
        raise DocumentRefused(answer["error"]["detail"])
    return _body(answer["verdict"])


def _body(verdict: Mapping[str, Any]) -> ValidationBody:
    assertions = [
        AssertionBody(
            artifact=finding["artifact"],
            flag="error" if finding["severity"] == "fatal" else "warning",
            text=finding["text"],
            rule_id=finding["rule_id"],
            location=finding["location"],
            explanation=finding.get("explanation"),
        )
        for finding in verdict["findings"]
    ]
    kind = verdict["document_type"]
    return ValidationBody(
        is_valid=all(assertion.flag != "error" for assertion in assertions),
        source=SourceBody(type_id=kind["document_type_id"], specification=kind["specification"]),
        assertions=assertions,
    )
