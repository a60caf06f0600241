"""Text from JSON bodies: whole characters only; half of a surrogate pair can be neither sent back nor signed."""

from typing import Annotated

from fastapi import Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair is no text") from None
    return text


Text = Annotated[str, AfterValidator(_whole)]


async def render_refusal(_: Request, error: Exception) -> JSONResponse:
    """Say what is wrong and where, but never repeat the input: it may be what cannot be sent."""
    if not isinstance(error, RequestValidationError):
        raise error
    details = [{name: detail[name] for name in ("type", "loc", "msg")} for detail in error.errors()]
    return JSONResponse({"detail": jsonable_encoder(details)}, status_code=422)
