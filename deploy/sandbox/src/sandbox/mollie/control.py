"""Drives the payment provider from outside: outages, disturbed webhooks, outcomes without the bank page."""

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from sandbox.faults import Fault
from sandbox.identifiers import millis
from sandbox.mollie.model import Payment, Status, WebhookMode
from sandbox.mollie.views import payment_view
from sandbox.texts import Text
from sandbox.world import TheWorld, World

router = APIRouter(prefix="/control/mollie", tags=["control"])


class ProviderControl(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    fault: Fault | None = None
    webhook_mode: WebhookMode | None = Field(default=None, alias="webhookMode")
    webhook_seconds: float | None = Field(default=None, alias="webhookSeconds", ge=0, le=600)


class Outcome(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: Status
    holder: Text = Field(default="", max_length=140)
    account: Text = Field(default="", max_length=42)


class StrayCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Text
    id: Text


@router.get("")
async def show(world: TheWorld) -> dict[str, Any]:
    return _state(world)


@router.put("")
async def change(world: TheWorld, body: ProviderControl) -> dict[str, Any]:
    if body.fault is not None:
        world.provider.fault.fault = body.fault
    if body.webhook_mode is not None:
        world.provider.webhook_mode = body.webhook_mode
    if body.webhook_seconds is not None:
        world.provider.webhook_seconds = body.webhook_seconds
    return _state(world)


@router.get("/payments")
async def list_payments(world: TheWorld) -> dict[str, Any]:
    return {"items": [_seen(world, payment) for payment in world.provider.payments.newest_first()]}


@router.get("/payments/{payment_id}")
async def get_payment(world: TheWorld, payment_id: str) -> dict[str, Any]:
    return _seen(world, _payment(world, payment_id))


@router.post("/payments/{payment_id}/outcome")
async def settle_payment(world: TheWorld, payment_id: str, body: Outcome) -> dict[str, Any]:
    payment = _payment(world, payment_id)
    if not world.lifecycle.settle(payment, body.status, holder=body.holder, account=body.account):
        raise HTTPException(409, f"the payment already ended as {payment.status}")
    return _seen(world, payment)


@router.post("/payments/{payment_id}/chargeback")
async def charge_back(world: TheWorld, payment_id: str) -> dict[str, Any]:
    payment = _payment(world, payment_id)
    if not world.lifecycle.charge_back(payment):
        raise HTTPException(409, "only a paid payment can be charged back, once")
    return _seen(world, payment)


@router.post("/webhook-calls")
async def call_webhook(world: TheWorld, body: StrayCall) -> dict[str, Any]:
    """Call a webhook for any id, known or not: a replay, or somebody guessing."""
    status, error = await world.webhook_calls.call(body.url, body.id)
    return {"status": status, "error": error}


def _state(world: World) -> dict[str, Any]:
    provider = world.provider
    return {
        "fault": provider.fault.fault.model_dump(mode="json"),
        "webhookMode": provider.webhook_mode,
        "webhookSeconds": provider.webhook_seconds,
        "payments": len(provider.payments),
    }


def _seen(world: World, payment: Payment) -> dict[str, Any]:
    return {
        "payment": payment_view(payment, world.base_url),
        "checkoutUrl": f"{world.base_url}/bank/checkout/{payment.token}",
        "webhookTries": [
            {"at": millis(attempt.at), "status": attempt.status, "error": attempt.error}
            for attempt in payment.webhook_tries
        ],
    }


def _payment(world: World, payment_id: str) -> Payment:
    payment = world.provider.payments.get(payment_id)
    if payment is None:
        raise HTTPException(404, "no such payment")
    return payment
