"""Step 7: four invoices. One to the buyer, one that is broken, one to the Peppol network, one from it."""

import asyncio
import time
from decimal import Decimal
from typing import Any
from uuid import uuid4

from koerier.demo.narrator import Narrator
from koerier.demo.platform import Answer, Platform, eventually
from koerier.demo.steps.credit import balance_of
from koerier.demo.story import Story

SEND_PRICE, RECEIVE_PRICE = Decimal("0.171"), Decimal("0.341")
OUTSIDE_PARTY = "0106:90012345"
FINAL = {"delivered", "rejected", "failed"}


async def issue_key(story: Story, platform: Platform, narrator: Narrator) -> None:
    """Make a connection key for the supplier and exchange it for an access token (OAuth2 client credentials)."""
    organization = story.supplier.organization_id

    async def issue() -> dict[str, Any] | None:
        answer = await platform.call(
            "POST",
            "/identity/v1/connection-keys",
            token=story.supplier.administrator.token,
            json={"organizationId": organization, "label": "Demo accounting"},
        )
        return answer.body if answer.status == 201 else None  # noqa: PLR2004

    key = await eventually(issue, "a connection key")
    story.key, story.key_id = key["key"], key["id"]
    story.client_id, story.client_secret = key["clientId"], key["clientSecret"]
    shown_again = await platform.expect(
        200, "GET", f"/identity/v1/connection-keys/{key['id']}", token=story.supplier.administrator.token
    )
    narrator.check("the secret is shown once", "clientSecret" not in shown_again and "key" not in shown_again)
    form = {
        "grant_type": "client_credentials",
        "client_id": story.client_id,
        "client_secret": story.client_secret,
        "scope": "ap",
    }
    token = await platform.expect(200, "POST", "/connect/token", data=form)
    story.api_token = token["access_token"]
    narrator.check("the key gets an access token", token["token_type"].lower() == "bearer", token["token_type"])


async def send(story: Story, platform: Platform, document: bytes, *, document_id: str | None = None) -> Answer:
    """Send an invoice as the supplier's software does."""
    headers = {"Content-Type": "application/xml"} | ({"X-EConnect-DocumentId": document_id} if document_id else {})
    return await platform.call(
        "POST",
        f"/api/v1/{story.supplier.party}/salesInvoice/send",
        token=story.api_token,
        content=document,
        headers=headers,
    )


async def final_status(story: Story, platform: Platform, document_id: str) -> dict[str, Any]:
    """Wait until the document has reached its end, and return it."""

    async def ended() -> dict[str, Any] | None:
        answer = await platform.call(
            "GET", f"/documents/v1/documents/{document_id}", token=story.supplier.administrator.token
        )
        return answer.body if answer.status == 200 and answer.body["status"] in FINAL else None  # noqa: PLR2004

    return await eventually(ended, f"the outcome of document {document_id}", within=30)


async def received_by_buyer(story: Story, platform: Platform, number: str) -> dict[str, Any]:
    """Wait until the colleague sees the invoice in the buyer's inbox, and return it."""
    inbox = f"/documents/v1/documents?direction=inbound&partyId={story.buyer.party}"

    async def look() -> dict[str, Any] | None:
        found = await platform.expect(200, "GET", inbox, token=story.colleague.token)
        return next((item for item in found["items"] if item["number"] == number), None)

    return await eventually(look, f"invoice {number} in the buyer's inbox")


async def exchange(story: Story, platform: Platform, narrator: Narrator) -> None:
    await _to_the_buyer(story, platform, narrator)
    await _broken(story, platform, narrator)
    await _to_the_network(story, platform, narrator)
    await _from_the_network(story, platform, narrator)


async def _to_the_buyer(story: Story, platform: Platform, narrator: Narrator) -> None:
    before = await _balances(story, platform)
    document_id = str(uuid4())
    document = story.invoice(story.buyer.party, number="2026-001")
    started = time.perf_counter()
    sent = await send(story, platform, document, document_id=document_id)
    accepted_ms = (time.perf_counter() - started) * 1000
    narrator.check("the invoice is accepted under the caller's id", sent.body == {"id": document_id}, sent.body)
    inbound = await received_by_buyer(story, platform, "2026-001")
    received_ms = (time.perf_counter() - started) * 1000
    narrator.measures["send accepted in"] = f"{accepted_ms:,.0f} ms"
    narrator.measures["send to received"] = f"{received_ms:,.0f} ms"
    story.documents |= {"sent": document_id, "received": inbound["id"]}
    outbound = await final_status(story, platform, document_id)
    narrator.check("it is delivered on the platform", outbound["deliveryChannel"]["code"] == "platform", outbound)
    await _charged_once(story, platform, narrator, before)
    again = await send(story, platform, document, document_id=document_id)
    narrator.check("the same document id again answers 409", (again.status, again.code) == (409, "API409"), again.body)
    await asyncio.sleep(1)
    after = await _balances(story, platform)
    narrator.check("and charges nothing", before[0] - after[0] == SEND_PRICE, after)


async def _balances(story: Story, platform: Platform) -> tuple[Decimal, Decimal]:
    return await balance_of(story.supplier, platform), await balance_of(story.buyer, platform)


async def _charged_once(story: Story, platform: Platform, narrator: Narrator, before: tuple[Decimal, Decimal]) -> None:
    async def charged() -> tuple[Decimal, Decimal] | None:
        now = await _balances(story, platform)
        return now if now[0] < before[0] and now[1] < before[1] else None

    now = await eventually(charged, "the charges")
    narrator.check("EUR 0.171 is charged to the supplier", before[0] - now[0] == SEND_PRICE, before[0] - now[0])
    narrator.check("EUR 0.341 is charged to the buyer", before[1] - now[1] == RECEIVE_PRICE, before[1] - now[1])


async def _broken(story: Story, platform: Platform, narrator: Narrator) -> None:
    document = story.invoice(story.buyer.party, number="2026-002", example="invoice-broken.xml")
    sent = await send(story, platform, document)
    outcome = await final_status(story, platform, sent.body["id"])
    findings = [item for item in outcome["findings"] if item["severity"] == "fatal"]
    narrator.check("a broken invoice is rejected", outcome["status"] == "rejected" and bool(findings), outcome)
    complete = all(item["ruleId"] and item["location"] and item["text"] for item in findings)
    narrator.check("with rule id, location and text", complete, findings)
    for finding in findings[:2]:
        narrator.say(f"{finding['ruleId']} at {finding['location']}: {finding['text'][:90]}")


async def _to_the_network(story: Story, platform: Platform, narrator: Narrator) -> None:
    sent = await send(story, platform, story.invoice(OUTSIDE_PARTY, number="2026-003"))
    outcome = await final_status(story, platform, sent.body["id"])
    narrator.check(
        "an invoice to the Peppol network comes back acknowledged",
        outcome["status"] == "delivered" and outcome["deliveryChannel"]["code"] == "peppol",
        outcome,
    )
    arrived = await platform.outside("GET", "/control/peppol/received", params={"participant": OUTSIDE_PARTY})
    narrator.check("and has arrived there", b"2026-003" in arrived.content, arrived.body)


async def _from_the_network(story: Story, platform: Platform, narrator: Narrator) -> None:
    document = story.invoice(story.buyer.party, sender=OUTSIDE_PARTY, number="OUT-77").decode()
    sent = await platform.outside(
        "POST",
        "/control/peppol/send",
        json={"sender": OUTSIDE_PARTY, "receiver": story.buyer.party, "document": document},
    )
    narrator.check("a company on the network sends one to the buyer", sent.status in {200, 201, 202}, sent.body)
    inbound = await received_by_buyer(story, platform, "OUT-77")
    narrator.check("it arrives through Peppol", inbound["deliveryChannel"]["code"] == "peppol", inbound)
