"""Bodies of operations that a page's form and software both send: one is url-encoded, the other JSON."""

from typing import Any, TypeVar
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from shared.errors import Malformed

FORM = "application/x-www-form-urlencoded"
PAGE: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}
_MAX_FIELDS = 20
Body = TypeVar("Body", bound=BaseModel)


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


async def json_body(request: Request, model: type[Body]) -> Body:
    """Return the body; raises what FastAPI raises for one that does not fit."""
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(
            [{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_input=False)]
        ) from error


async def form_fields(request: Request) -> dict[str, str]:
    """Return the first value of each field; what is no text becomes replacement characters, and is refused as such."""
    text = (await request.body()).decode("ascii", "replace")
    try:
        parsed = parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise Malformed("The form has too many fields.") from error
    return {name: values[0] for name, values in parsed.items()}


def either_body(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a body of both kinds for OpenAPI."""
    content = {media_type: {"schema": model.model_json_schema()} for media_type in ("application/json", FORM)}
    return {"requestBody": {"required": True, "content": content}}


def or_page(answers: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    """Document that an answer is a page when a form was sent."""
    return {status: {**answer, "content": {**answer["content"], **PAGE}} for status, answer in answers.items()}
