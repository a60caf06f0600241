"""A payment provider in memory behind `httpx2.MockTransport`, with the published shapes of Mollie's API."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
from shared.ids import new_id

HAL = {"Content-Type": "application/hal+json"}


@dataclass(slots=True)
class FakeMollie:
    """`payments` are as the provider would show them. `fail` answers instead when it returns something."""

    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    by_reference: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    requests: list[httpx2.Request] = field(default_factory=list)
    fail: Callable[[httpx2.Request], httpx2.Response | None] | None = None
    expires_at: str = "2026-11-22T16:45:47+00:00"

    @property
    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    @property
    def created(self) -> list[dict[str, Any]]:
        """Return the bodies of all requests that asked for a payment."""
        return [json.loads(request.content) for request in self.requests if request.method == "POST"]

    def with_reference(self, reference: str) -> dict[str, Any]:
        """Return the payment made for our order or activation."""
        found = self.by_reference.get(reference, [])
        assert len(found) == 1, f"{len(found)} payments for {reference}"
        return found[0]

    def pay(self, payment: dict[str, Any], *, holder: str = "Voorbeeld BV", account: str = "NL55INGB0000000000") -> str:
        """Let somebody pay; return the payment's id."""
        payment["status"] = "paid"
        payment["paidAt"] = "2026-11-22T16:31:00+00:00"
        payment["amountRefunded"] = {"value": "0.00", "currency": "EUR"}
        payment["amountRemaining"] = dict(payment["amount"])
        payment["details"] = {"consumerName": holder, "consumerAccount": account, "consumerBic": "INGBNL2A"}
        payment["_links"].pop("checkout", None)
        return str(payment["id"])

    def forget(self, payment: dict[str, Any]) -> None:
        """Know nothing of a payment any more."""
        del self.payments[payment["id"]]

    def end(self, payment: dict[str, Any], status: str) -> str:
        payment["status"] = status
        payment[f"{status}At"] = "2026-11-22T16:31:00+00:00"
        payment["_links"].pop("checkout", None)
        return str(payment["id"])

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        failure = self.fail(request) if self.fail else None
        if failure is not None:
            return failure
        if request.method == "POST":
            return self._create(request)
        payment = self.payments.get(request.url.path.rsplit("/", 1)[-1])
        if payment is None:
            return httpx2.Response(404, json={"status": 404, "title": "Not Found", "detail": "No such payment."})
        return httpx2.Response(200, json=payment, headers=HAL)

    def _create(self, request: httpx2.Request) -> httpx2.Response:
        key = request.headers["idempotency-key"]
        if key not in self.by_key:
            payment = self._new(json.loads(request.content))
            self.payments[payment["id"]] = payment
            self.by_key[key] = payment["id"]
            self.by_reference.setdefault(payment["metadata"]["referenceId"], []).append(payment)
        return httpx2.Response(201, json=self.payments[self.by_key[key]], headers=HAL)

    def _new(self, body: dict[str, Any]) -> dict[str, Any]:
        provider_id = f"tr_{new_id().hex[-10:]}"
        return {
            "resource": "payment",
            "id": provider_id,
            "mode": "test",
            "createdAt": "2026-11-22T16:30:47+00:00",
            "amount": body["amount"],
            "description": body["description"],
            "method": body["method"],
            "metadata": body["metadata"],
            "status": "open",
            "isCancelable": False,
            "expiresAt": self.expires_at,
            "details": None,
            "profileId": "pfl_QkEhN94Ba",
            "sequenceType": body["sequenceType"],
            "redirectUrl": body["redirectUrl"],
            "webhookUrl": body["webhookUrl"],
            "_links": {
                "self": {"href": f"https://api.mollie.com/v2/payments/{provider_id}", "type": "application/hal+json"},
                "checkout": {
                    "href": f"https://www.mollie.com/checkout/select-method/{provider_id[3:]}",
                    "type": "text/html",
                },
            },
        }


def answer(status: int, body: Any = None) -> Callable[[httpx2.Request], httpx2.Response]:
    """Return a `fail` that always answers so."""
    return lambda _request: httpx2.Response(status, json=body if body is not None else {"detail": "made up"})
