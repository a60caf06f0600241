"""Makes the OpenAPI document say what really happens: our problems, 400 for a bad schema, and how callers authenticate.

The framework would document a 422 of its own for every request body; here a request that fails its schema is a 400 with
the fields named (`shared.http.problems`). A response that a route documents without a body of its own is a problem.
"""

from typing import Any

from fastapi import FastAPI

from shared.http.problems import MEDIA_TYPE

_FIRST_ERROR = 400
_REFERENCE = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")
_SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token, or through the gateway a connection key.",
    }
}
_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457)",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "a page that explains the code"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "stable, for programs"},
        "requestId": {"type": ["string", "null"]},
        "traceId": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "the fields of a request that fails its schema",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("pointer", "in", "code", "detail")},
            },
        },
    },
}


def correct_openapi(app: FastAPI) -> None:
    """Replace the application's generator by one that corrects what it made."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            _correct(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _correct(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = _SECURITY
    for operations in document["paths"].values():
        for operation in operations.values():
            _correct_operation(operation)


def _correct_operation(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
        responses.setdefault("400", {"description": "The request is malformed; `errors` names the fields."})
    if "401" in responses:
        operation.setdefault("security", [{"bearer": []}])
    for status, response in responses.items():
        if int(status) >= _FIRST_ERROR and not _has_own_body(response):
            response["content"] = _REFERENCE


def _has_own_body(response: dict[str, Any]) -> bool:
    return any(content.get("schema") for content in response.get("content", {}).values())
