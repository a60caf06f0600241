"""Hooks in tests: put one, have a document arrive for it, check its signatures as a receiver would."""

import base64
import hashlib
import hmac
from typing import Any

from documents.application.values import HookCall, Response

from support.documents import World
from support.documents_facts import Company, invoice

ACTION = "https://hooks.example.test/in#the-secret"
DOWN = Response(status=503, excerpt="down", milliseconds=4)


async def put(world: World, company: Company, **hook: Any) -> dict[str, Any]:
    """Store a hook of the party, or with `environment=True` of the environment."""
    path = "/api/v1/hook" if hook.pop("environment", False) else f"/api/v1/{company.party}/hook"
    body = {"action": ACTION, "topics": ["InvoiceReceived"], **hook}
    answer = await world.http.put(path, json=body, headers=company.by_key)
    assert answer.status_code == 200, answer.text
    stored: dict[str, Any] = answer.json()
    return stored


async def deliver(world: World, buyer: Company, *, sender: Company | None = None, **changes: Any) -> str:
    sender = sender or await world.company()
    answer = await world.send(sender, invoice(sender, buyer, **changes))
    await world.work()
    document_id: str = answer.json()["id"]
    return document_id


def check_signatures(call: HookCall, *, secret: str, standard_secret: str) -> None:
    """Verify as a receiver would, with nothing of ours."""
    expected = hmac.new(secret.encode(), call.body, hashlib.sha256).hexdigest()
    assert call.headers["X-EConnect-Signature"] == f"sha256={expected}"
    signed = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    key = base64.b64decode(standard_secret.removeprefix("whsec_"))
    standard = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert call.headers["webhook-signature"] == f"v1,{standard}"
