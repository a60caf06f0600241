"""The bank's page behind a checkout link: a person, or a script, decides how the payment ends and in whose name."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sandbox.mollie.model import Payment, Status
from sandbox.pages import render
from sandbox.world import TheWorld, World

router = APIRouter(prefix="/bank/checkout", tags=["bank"])


@router.get("/{token}", response_class=HTMLResponse)
async def show_checkout(world: TheWorld, request: Request, token: str) -> Response:
    payment = _payment(world, token)
    settings = world.provider.settings
    context = {"payment": payment, "holder": settings.account_holder, "account": settings.iban}
    return render(request, "mollie/checkout.html", context)


@router.post("/{token}")
async def decide_checkout(
    world: TheWorld,
    token: str,
    *,
    status: Annotated[Status, Form()],
    holder: Annotated[str, Form(max_length=140)] = "",
    account: Annotated[str, Form(max_length=42)] = "",
) -> Response:
    """Settle the payment and send the payer back; a payment that already ended keeps its outcome."""
    payment = _payment(world, token)
    world.lifecycle.settle(payment, status, holder=holder, account=account)
    target = payment.redirect_url or "/"
    if payment.status is Status.CANCELED and payment.cancel_url:
        target = payment.cancel_url
    return RedirectResponse(target, status_code=303)


def _payment(world: World, token: str) -> Payment:
    payment = world.provider.by_token(token)
    if payment is None:
        raise HTTPException(404, "no such checkout")
    return payment
