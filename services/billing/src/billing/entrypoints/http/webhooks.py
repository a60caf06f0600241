"""The payment provider's webhook. Anybody can call it, so it is told nothing and believed nothing.

Every call gets 200, known payment or not: that is what the provider wants, and whoever guesses learns nothing. What it
leads to is at most one waiting job that reads the payment back. Only a database that is down answers otherwise (503):
the provider calls again.
"""

import re
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from shared.http.middleware import RequestTooLarge, read_limited

from billing.entrypoints.http.dependencies import App
from billing.entrypoints.http.problems import problems
from billing.entrypoints.metrics import WEBHOOKS

router = APIRouter(tags=["webhooks"])
_MAX_BYTES = 4096
_PAYMENT_ID = re.compile(r"tr_[A-Za-z0-9]{1,64}")
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string", "examples": ["tr_7UhSN1zuXS"]}},
                }
            }
        },
    }
}


@router.post(
    "/webhooks/mollie",
    operation_id="noticePayment",
    openapi_extra=_FORM,
    response_class=Response,
    responses=problems(503),
)
async def notice_payment(request: Request, app: App) -> Response:
    """Take note that a payment changed."""
    provider_id = await _payment_id(request)
    if provider_id is None:
        WEBHOOKS.labels(outcome="malformed").inc()
    else:
        WEBHOOKS.labels(outcome=(await app.notice_payment(provider_id)).value).inc()
    return Response(status_code=200)


async def _payment_id(request: Request) -> str | None:
    """Return the provider's id in the form, or None when there is not exactly one that looks like an id."""
    try:
        form = parse_qs((await read_limited(request, _MAX_BYTES)).decode("ascii"), max_num_fields=10)
    except (RequestTooLarge, ValueError):
        return None
    match form.get("id"):
        case [provider_id] if _PAYMENT_ID.fullmatch(provider_id):
            return provider_id
        case _:
            return None
