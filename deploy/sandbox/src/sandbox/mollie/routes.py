"""The payment provider's HTTP API: `/mollie/v2/payments`, customers and mandates."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response

from sandbox.faults import OutOfOrderError
from sandbox.mollie.errors import MollieError, not_found, refused
from sandbox.mollie.model import Customer, Payment, Provider, Replay, Status, fingerprint
from sandbox.mollie.requests import new_customer, new_mandate, new_payment, read_object
from sandbox.mollie.views import HAL, customer_view, list_view, mandate_view, payment_view
from sandbox.world import TheWorld, World


async def _caller(request: Request, world: TheWorld, authorization: Annotated[str, Header()] = "") -> World:
    """Check the API key and the outage switch before any route runs."""
    scheme, _, key = authorization.partition(" ")
    expected = world.provider.settings.api_key.get_secret_value()
    if scheme.lower() != "bearer" or not secrets.compare_digest(key.encode(), expected.encode()):
        raise MollieError(401, "Missing authentication, or failed to authenticate")
    try:
        await world.provider.fault.check()
    except OutOfOrderError:
        raise MollieError(503, "The service is temporarily unavailable.") from None
    request.state.raw_body = await request.body()
    return world


Caller = Annotated[World, Depends(_caller)]
router = APIRouter(prefix="/mollie/v2", tags=["mollie"])


@router.post("/payments")
async def create_payment(
    world: Caller, request: Request, idempotency_key: Annotated[str | None, Header()] = None
) -> Response:
    body: bytes = request.state.raw_body
    replay = _replayed(world.provider, idempotency_key, body)
    if replay is not None:
        return _hal(replay.body, replay.status)
    payment = new_payment(world.provider, read_object(body))
    world.lifecycle.begin(payment)
    view = payment_view(payment, world.base_url)
    if idempotency_key:
        world.provider.replays.put(idempotency_key, Replay(fingerprint(body), 201, view))
    return _hal(view, 201)


@router.get("/payments/{payment_id}")
async def get_payment(world: Caller, payment_id: str) -> Response:
    return _hal(payment_view(_payment(world.provider, payment_id), world.base_url))


@router.delete("/payments/{payment_id}")
async def cancel_payment(world: Caller, payment_id: str) -> Response:
    payment = _payment(world.provider, payment_id)
    if payment.status is not Status.OPEN or payment.sequence_type == "recurring":
        raise MollieError(422, "The payment cannot be canceled.")
    world.lifecycle.settle(payment, Status.CANCELED)
    return _hal(payment_view(payment, world.base_url))


@router.post("/customers")
async def create_customer(world: Caller, request: Request) -> Response:
    customer = new_customer(read_object(request.state.raw_body))
    world.provider.customers.put(customer.id, customer)
    return _hal(customer_view(customer, world.base_url), 201)


@router.get("/customers/{customer_id}")
async def get_customer(world: Caller, customer_id: str) -> Response:
    return _hal(customer_view(_customer(world.provider, customer_id), world.base_url))


@router.post("/customers/{customer_id}/mandates")
async def create_mandate(world: Caller, request: Request, customer_id: str) -> Response:
    customer = _customer(world.provider, customer_id)
    mandate = new_mandate(customer.id, read_object(request.state.raw_body))
    world.provider.mandates.put(mandate.id, mandate)
    return _hal(mandate_view(mandate, world.base_url), 201)


@router.get("/customers/{customer_id}/mandates")
async def list_mandates(world: Caller, customer_id: str) -> Response:
    customer = _customer(world.provider, customer_id)
    items = [mandate_view(mandate, world.base_url) for mandate in world.provider.mandates_of(customer.id)]
    return _hal(list_view("mandates", items, f"{world.base_url}/mollie/v2/customers/{customer.id}/mandates"))


@router.get("/customers/{customer_id}/mandates/{mandate_id}")
async def get_mandate(world: Caller, customer_id: str, mandate_id: str) -> Response:
    mandate = world.provider.mandates.get(mandate_id)
    if mandate is None or mandate.customer_id != _customer(world.provider, customer_id).id:
        raise not_found("mandate", mandate_id)
    return _hal(mandate_view(mandate, world.base_url))


def _replayed(provider: Provider, key: str | None, body: bytes) -> Replay | None:
    replay = provider.replays.get(key) if key else None
    if replay is not None and replay.request_hash != fingerprint(body):
        raise refused("Idempotency-Key", "The idempotency key was already used with a different request.")
    return replay


def _payment(provider: Provider, payment_id: str) -> Payment:
    payment = provider.payments.get(payment_id)
    if payment is None:
        raise not_found("payment", payment_id)
    return payment


def _customer(provider: Provider, customer_id: str) -> Customer:
    customer = provider.customers.get(customer_id)
    if customer is None:
        raise not_found("customer", customer_id)
    return customer


def _hal(body: dict[str, Any], status: int = 200) -> Response:
    return JSONResponse(body, status_code=status, media_type=HAL)
