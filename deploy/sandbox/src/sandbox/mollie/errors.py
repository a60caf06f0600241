"""Errors of the payment provider: HAL bodies with status, title, detail and, for a refused field, its name."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from sandbox.mollie.views import HAL


class MollieError(Exception):
    def __init__(self, status: int, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.field = field

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "status": self.status,
            "title": HTTPStatus(self.status).phrase if self.status != HTTPStatus.UNPROCESSABLE_ENTITY else _TITLE_422,
            "detail": self.detail,
        }
        if self.field is not None:
            body["field"] = self.field
        body["_links"] = {
            "documentation": {"href": "https://docs.mollie.com/overview/handling-errors", "type": "text/html"}
        }
        return body


_TITLE_422 = "Unprocessable Entity"  # Python 3.13 renamed the phrase; the provider did not


def refused(field: str, detail: str) -> MollieError:
    return MollieError(422, detail, field=field)


def not_found(what: str, identifier: str) -> MollieError:
    return MollieError(404, f"No {what} exists with token {identifier}.")


async def render(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, MollieError):
        raise error
    return JSONResponse(error.body, status_code=error.status, media_type=HAL)
