"""Reads the JSON that callers send to the payment provider; refuses what the real one refuses, naming the field."""

import json
import re
from typing import Any

from sandbox.identifiers import now, token
from sandbox.mollie.errors import MollieError, not_found, refused
from sandbox.mollie.model import Customer, Mandate, Payment, Provider, Status

METHODS = frozenset({
    "ideal", "bancontact", "creditcard", "directdebit", "banktransfer", "paypal", "kbc", "belfius", "trustly", "eps",
})  # fmt: skip
_AMOUNT = re.compile(r"[0-9]{1,9}\.[0-9]{2}")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_MAX_DESCRIPTION = 255
_MAX_METADATA = 1024


def read_object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        parsed = json.loads(body, parse_constant=_refuse_constant)
        json.dumps(parsed, ensure_ascii=False).encode()  # half of a surrogate pair could not be sent back
    except (ValueError, RecursionError):
        raise MollieError(400, "The request body is not valid JSON.") from None
    if not isinstance(parsed, dict):
        raise MollieError(400, "The request body must be a JSON object.")
    return parsed


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def new_payment(provider: Provider, body: dict[str, Any]) -> Payment:
    """Build the payment that `body` asks for, or raise the provider's 422."""
    currency, value = _amount(body.get("amount"))
    sequence = body.get("sequenceType") or "oneoff"
    if sequence not in {"oneoff", "first", "recurring"}:
        raise refused("sequenceType", "The sequence type is invalid.")
    customer_id = _customer(provider, body, sequence)
    mandate = _mandate(provider, body, customer_id) if sequence == "recurring" else None
    created_at = now()
    return Payment(
        id=f"tr_{token(10)}",
        token=token(24),
        created_at=created_at,
        currency=currency,
        value=value,
        description=_description(body),
        method=mandate.method if mandate else _method(body.get("method")),
        metadata=_metadata(body.get("metadata")),
        redirect_url=_url(body, "redirectUrl", required=mandate is None),
        cancel_url=_url(body, "cancelUrl", required=False),
        webhook_url=_url(body, "webhookUrl", required=False),
        locale=_optional_text(body, "locale"),
        sequence_type=sequence,
        customer_id=customer_id,
        mandate_id=mandate.id if mandate else None,
        expires_at=provider.expiry(created_at),
        status=Status.PENDING if mandate else Status.OPEN,
    )


def new_customer(body: dict[str, Any]) -> Customer:
    return Customer(
        id=f"cst_{token(10)}",
        created_at=now(),
        name=_optional_text(body, "name"),
        email=_optional_text(body, "email"),
        locale=_optional_text(body, "locale"),
        metadata=_metadata(body.get("metadata")),
    )


def new_mandate(customer_id: str, body: dict[str, Any]) -> Mandate:
    for field in ("method", "consumerName", "consumerAccount"):
        if not isinstance(body.get(field), str) or not body[field].strip():
            raise refused(field, f"The field '{field}' is required.")
    if body["method"] != "directdebit":
        raise refused("method", "The payment method is invalid for a mandate.")
    created_at = now()
    return Mandate(
        id=f"mdt_{token(10)}",
        customer_id=customer_id,
        created_at=created_at,
        status="valid",
        method="directdebit",
        holder=body["consumerName"].strip(),
        account=body["consumerAccount"].replace(" ", ""),
        reference=_optional_text(body, "mandateReference"),
        signature_date=_optional_text(body, "signatureDate") or created_at.date().isoformat(),
    )


def _amount(given: object) -> tuple[str, str]:
    if not isinstance(given, dict):
        raise refused("amount", "The amount is required for payments.")
    currency, value = given.get("currency"), given.get("value")
    if currency != "EUR":
        raise refused("amount", "The amount contains an unsupported or unknown currency.")
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise refused("amount", "The amount contains an invalid value. It must be a string with two decimals.")
    if float(value) <= 0:
        raise refused("amount", "The amount is lower than the minimum.")
    return currency, value


def _description(body: dict[str, Any]) -> str:
    description = body.get("description")
    if not isinstance(description, str) or not description.strip():
        raise refused("description", "The description is required.")
    if len(description) > _MAX_DESCRIPTION:
        raise refused("description", "The description is too long.")
    return description


def _method(given: object) -> str | None:
    methods: list[object] = given if isinstance(given, list) else [given]
    for method in methods:
        if method is not None and (not isinstance(method, str) or method not in METHODS):
            raise refused("method", "The payment method is invalid.")
    only = methods[0] if len(methods) == 1 else None
    return only if isinstance(only, str) else None


def _metadata(given: Any) -> Any:
    if given is not None and len(json.dumps(given)) > _MAX_METADATA:
        raise refused("metadata", "The metadata is too large.")
    return given


def _url(body: dict[str, Any], field: str, *, required: bool) -> str | None:
    given = body.get(field)
    if given is None and not required:
        return None
    if given is None:
        raise refused(field, f"The field '{field}' is required.")
    if not isinstance(given, str) or not _URL.fullmatch(given):
        raise refused(field, f"The field '{field}' is not a valid URL.")
    return given


def _optional_text(body: dict[str, Any], field: str) -> str | None:
    given = body.get(field)
    if given is not None and not isinstance(given, str):
        raise refused(field, f"The field '{field}' must be a string.")
    return given


def _customer(provider: Provider, body: dict[str, Any], sequence: str) -> str | None:
    customer_id = _optional_text(body, "customerId")
    if customer_id is None and sequence != "oneoff":
        raise refused("customerId", f"A customer is required for a {sequence} payment.")
    if customer_id is not None and provider.customers.get(customer_id) is None:
        raise not_found("customer", customer_id)
    return customer_id


def _mandate(provider: Provider, body: dict[str, Any], customer_id: str | None) -> Mandate:
    wanted = _optional_text(body, "mandateId")
    for mandate in provider.mandates_of(customer_id or ""):
        if mandate.status == "valid" and wanted in (None, mandate.id):
            return mandate
    raise refused("mandateId", "The customer has no valid mandate.")
