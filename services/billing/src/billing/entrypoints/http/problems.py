"""How refusals are described in OpenAPI: RFC 9457 problems, by status."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

_MEDIA_TYPE = "application/problem+json"
_MEANING = {
    400: "The request cannot be read; `errors` names the fields.",
    401: "No valid access token, or its user or key is blocked or revoked.",
    403: "Not allowed: `missing_scope`, `administrator_required`, `person_required` or `subscription_required`.",
    404: "Unknown, or of another environment.",
    409: "A request with this Idempotency-Key is still running.",
    422: "Readable, but refused: `amount_refused`, `method_refused` or `idempotency_key_reused`.",
    503: "A part of the platform does not answer right now.",
}


class FieldProblem(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457, with a stable `code`."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str | None = None
    trace_id: str | None = None
    errors: list[FieldProblem] | None = None


def describe_only_ours(app: FastAPI) -> None:
    """Correct the OpenAPI document: what fails its schema is a 400 here, and every refusal is a problem document."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            for operations in document["paths"].values():
                for operation in operations.values():
                    _correct(operation["responses"])
            for name in ("HTTPValidationError", "ValidationError"):
                document["components"]["schemas"].pop(name, None)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _correct(responses: dict[str, Any]) -> None:
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    for response in responses.values():
        content = response.get("content", {})
        if _MEDIA_TYPE in content:
            content.pop("application/json", None)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that can refuse with these statuses."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "model": Problem,
            "description": _MEANING[status],
            "content": {_MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }
