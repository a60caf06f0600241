"""The page on which a payer comes back from the provider. It shows no name and no amount: the link is its only key.

Coming back also has the payment read, so that a late webhook is not waited for.
"""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from billing.domain.payment import PaymentStatus
from billing.entrypoints.http.dependencies import App
from billing.entrypoints.http.problems import problems

router = APIRouter(tags=["webhooks"])
_WAITING = ("We wachten op uw betaling", "Waiting for your payment", "Dit duurt meestal een paar seconden.")
_TEXTS = {
    PaymentStatus.PAID: ("Uw betaling is ontvangen", "We received your payment", "U kunt dit venster sluiten."),
    PaymentStatus.CANCELED: ("De betaling is geannuleerd", "The payment was canceled", "Er is niets afgeschreven."),
    PaymentStatus.EXPIRED: ("De betaling is verlopen", "The payment has expired", "Er is niets afgeschreven."),
    PaymentStatus.FAILED: ("De betaling is niet gelukt", "The payment failed", "Er is niets afgeschreven."),
    PaymentStatus.MISMATCHED: ("Wij controleren uw betaling", "We are checking your payment", "U hoort van ons."),
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{refresh}
<title>{dutch}</title>
<style>body{{font:1.1rem system-ui;max-width:32rem;margin:20vh auto;padding:0 1rem}}p{{color:#555}}</style>
</head><body><h1>{dutch}</h1><p>{hint}</p><p lang="en">{english}.</p></body></html>
"""


@router.get(
    "/payments/{paymentId}/return",
    operation_id="returnFromPayment",
    response_class=HTMLResponse,
    responses=problems(400, 404, 503),
)
async def return_from_payment(app: App, paymentId: UUID) -> HTMLResponse:  # noqa: N803 - as the path has it
    """Tell the payer how the payment stands."""
    status = await app.notice_return(paymentId)
    dutch, english, hint = _TEXTS.get(status, _WAITING)
    refresh = "" if status in _TEXTS else '<meta http-equiv="refresh" content="3">'
    page = _PAGE.format(refresh=refresh, dutch=dutch, english=english, hint=hint)
    return HTMLResponse(page, headers=_HEADERS)
