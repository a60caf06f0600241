"""Validation without sending; nothing is kept and no hook is called."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request

from documents.domain.errors import DocumentRefused
from documents.domain.releases import CURRENT
from documents.entrypoints.http.dependencies import App, BusCaller
from documents.entrypoints.http.responses import BUS_ERRORS
from documents.entrypoints.http.schemas import AssertionBody, NextValidationBody, SourceBody, ValidationBody
from documents.entrypoints.http.uploads import read_upload

router = APIRouter(prefix="/api/v1/generic", tags=["generic"])


@router.post("/validate", operation_id="validateDocument", responses=BUS_ERRORS, response_model_exclude_none=True)
async def validate(request: Request, application: App, caller: BusCaller) -> ValidationBody:
    """Say what the rules say about a document, with an explanation in Dutch and English where there is one.

    When the next release of the rules says the opposite, both are said.
    """
    await application.authenticate(caller)
    content = await read_upload(request, application.limits.max_bytes)
    answer = await application.check_document(content, CURRENT)
    if "error" in answer:
        raise DocumentRefused(answer["error"]["detail"])
    return _body(answer["verdict"], answer["next_release"])


def _body(verdict: Mapping[str, Any], upcoming: Mapping[str, Any] | None) -> ValidationBody:
    kind = verdict["document_type"]
    assertions = _assertions(verdict)
    return ValidationBody(
        is_valid=all(assertion.flag != "error" for assertion in assertions),
        source=SourceBody(
            type_id=kind["document_type_id"], specification=kind["specification"], release=verdict["release"]
        ),
        assertions=assertions,
        next_release=upcoming and _next(upcoming),
    )


def _next(upcoming: Mapping[str, Any]) -> NextValidationBody:
    return NextValidationBody(
        name=upcoming["name"],
        in_force_from=upcoming["in_force_from"],
        is_valid=upcoming["passes"],
        assertions=_assertions(upcoming),
    )


def _assertions(verdict: Mapping[str, Any]) -> list[AssertionBody]:
    return [
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
