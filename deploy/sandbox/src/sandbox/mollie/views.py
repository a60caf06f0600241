"""JSON of the payment provider, field for field as the published API writes it (HAL, amounts as strings)."""

from typing import Any

from sandbox.identifiers import seconds
from sandbox.mollie.model import Customer, Mandate, Payment, Status

HAL = "application/hal+json"
_DOCUMENTATION = "https://docs.mollie.com/reference"
_MOMENT_OF = {
    Status.PAID: "paidAt",
    Status.CANCELED: "canceledAt",
    Status.EXPIRED: "expiredAt",
    Status.FAILED: "failedAt",
}


def link(href: str, kind: str = HAL) -> dict[str, str]:
    return {"href": href, "type": kind}


def amount(payment: Payment, value: str | None = None) -> dict[str, str]:
    return {"value": payment.value if value is None else value, "currency": payment.currency}


def payment_view(payment: Payment, base: str) -> dict[str, Any]:
    """Render a payment; which fields appear depends on its status, as with the real provider."""
    view: dict[str, Any] = {
        "resource": "payment",
        "id": payment.id,
        "mode": "test",
        "createdAt": seconds(payment.created_at),
        "amount": amount(payment),
        "description": payment.description,
        "method": payment.method,
        "metadata": payment.metadata,
        "status": payment.status.value,
        "isCancelable": payment.status is Status.OPEN and payment.sequence_type != "recurring",
        "expiresAt": seconds(payment.expires_at),
        "details": None,
        "profileId": "pfl_sandbox001",
        "sequenceType": payment.sequence_type,
        "redirectUrl": payment.redirect_url,
        "webhookUrl": payment.webhook_url,
    }
    optional = {
        "cancelUrl": payment.cancel_url,
        "locale": payment.locale,
        "customerId": payment.customer_id,
        "mandateId": payment.mandate_id,
    }
    view.update({name: value for name, value in optional.items() if value is not None})
    _add_outcome(view, payment)
    view["_links"] = _payment_links(payment, base)
    return view


def _add_outcome(view: dict[str, Any], payment: Payment) -> None:
    if payment.is_final:
        view.pop("expiresAt")
        moment = payment.changed_at or payment.created_at
        view[_MOMENT_OF[payment.status]] = seconds(moment)
    if payment.status is Status.PAID:
        view["amountRefunded"] = amount(payment, "0.00")
        view["amountRemaining"] = amount(payment)
        view["details"] = {
            "consumerName": payment.holder,
            "consumerAccount": payment.account,
            "consumerBic": bic_of(payment.account or ""),
        }
        if payment.charged_back:
            view["amountChargedBack"] = amount(payment)
            view["amountRemaining"] = amount(payment, "0.00")


def _payment_links(payment: Payment, base: str) -> dict[str, Any]:
    links = {"self": link(f"{base}/mollie/v2/payments/{payment.id}")}
    if payment.status is Status.OPEN and payment.sequence_type != "recurring":
        links["checkout"] = link(f"{base}/bank/checkout/{payment.token}", "text/html")
    links["dashboard"] = link(f"{base}/control/mollie/payments/{payment.id}", "text/html")
    if payment.customer_id:
        links["customer"] = link(f"{base}/mollie/v2/customers/{payment.customer_id}")
    if payment.mandate_id:
        links["mandate"] = link(f"{base}/mollie/v2/customers/{payment.customer_id}/mandates/{payment.mandate_id}")
    if payment.charged_back:
        links["chargebacks"] = link(f"{base}/mollie/v2/payments/{payment.id}/chargebacks")
    links["documentation"] = link(f"{_DOCUMENTATION}/get-payment", "text/html")
    return links


def customer_view(customer: Customer, base: str) -> dict[str, Any]:
    own = f"{base}/mollie/v2/customers/{customer.id}"
    return {
        "resource": "customer",
        "id": customer.id,
        "mode": "test",
        "name": customer.name,
        "email": customer.email,
        "locale": customer.locale,
        "metadata": customer.metadata,
        "createdAt": seconds(customer.created_at),
        "_links": {
            "self": link(own),
            "dashboard": link(f"{base}/control/mollie", "text/html"),
            "mandates": link(f"{own}/mandates"),
            "documentation": link(f"{_DOCUMENTATION}/get-customer", "text/html"),
        },
    }


def mandate_view(mandate: Mandate, base: str) -> dict[str, Any]:
    customer = f"{base}/mollie/v2/customers/{mandate.customer_id}"
    return {
        "resource": "mandate",
        "id": mandate.id,
        "mode": "test",
        "status": mandate.status,
        "method": mandate.method,
        "details": {
            "consumerName": mandate.holder,
            "consumerAccount": mandate.account,
            "consumerBic": bic_of(mandate.account),
        },
        "mandateReference": mandate.reference,
        "signatureDate": mandate.signature_date,
        "customerId": mandate.customer_id,
        "createdAt": seconds(mandate.created_at),
        "_links": {
            "self": link(f"{customer}/mandates/{mandate.id}"),
            "customer": link(customer),
            "documentation": link(f"{_DOCUMENTATION}/get-mandate", "text/html"),
        },
    }


def list_view(name: str, items: list[dict[str, Any]], own: str) -> dict[str, Any]:
    return {
        "count": len(items),
        "_embedded": {name: items},
        "_links": {
            "self": link(own),
            "previous": None,
            "next": None,
            "documentation": link(f"{_DOCUMENTATION}/list-{name}", "text/html"),
        },
    }


def bic_of(iban: str) -> str:
    """Derive a plausible BIC from a Dutch IBAN: bank code, country, `2A`."""
    country, bank = iban[:2], iban[4:8]
    return f"{bank}{country}2A" if bank.isalpha() else "INGBNL2A"
