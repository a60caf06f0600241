"""Step 8: the buyer's webhook hears of the invoice, signed both ways; the buyer downloads it and reads its timeline."""

import json
from typing import Any

from koerier.demo.narrator import Narrator
from koerier.demo.platform import Platform, eventually
from koerier.demo.story import Story

SECRET = "een-geheim-van-de-koper"  # noqa: S105 - of a made-up company in a local sandbox
PAYLOAD = {"topic", "partyId", "hookId", "documentId", "message", "details", "createdOn", "sentOn"}


async def set_hook(story: Story, platform: Platform, narrator: Narrator) -> None:
    """Register the buyer's webhook; its receiver in the sandbox verifies both signatures."""
    name = f"buyer-{story.run}"
    hook = await platform.expect(
        200,
        "PUT",
        f"/api/v1/{story.buyer.party}/hook",
        token=story.buyer.administrator.token,
        json={
            "name": "Buyer's accounting",
            "action": f"{platform.sandbox_url}/webhooks/{name}#{SECRET}",
            "topics": ["InvoiceReceived"],
        },
    )
    narrator.check("the hook's secret is not echoed", SECRET not in json.dumps(hook), hook)
    await platform.outside(
        "PUT",
        f"/control/webhooks/{name}",
        json={"secret": SECRET, "standardSecret": hook.get("standardSecret"), "behaviour": "ok"},
    )


async def announced(story: Story, platform: Platform, narrator: Narrator) -> None:
    call = await _first_call(story, platform)
    body = call["body"] if isinstance(call["body"], dict) else json.loads(call["body"])
    narrator.check("the webhook received InvoiceReceived", body["topic"] == "InvoiceReceived", body)
    narrator.check("with the documented payload", set(body) >= PAYLOAD, body)
    narrator.check("about the document in the inbox", body["documentId"] == story.documents["received"], body)
    narrator.check("eConnect's signature is good", call["verdicts"]["econnect"] == "valid", call["verdicts"])
    narrator.check("the Standard Webhooks signature is good", call["verdicts"]["standard"] == "valid", call["verdicts"])
    await _download(story, platform, narrator)
    await _timeline(story, platform, narrator)


async def _first_call(story: Story, platform: Platform) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        answer = await platform.outside("GET", f"/control/webhooks/buyer-{story.run}/calls")
        calls: list[dict[str, Any]] = answer.body["items"] if isinstance(answer.body, dict) else answer.body
        return next((call for call in calls if story.documents["received"] in json.dumps(call)), None)

    return await eventually(look, "the webhook")


async def _download(story: Story, platform: Platform, narrator: Narrator) -> None:
    path = f"/api/v1/{story.buyer.party}/purchaseInvoice/{story.documents['received']}/download"
    answer = await platform.call("GET", path, token=story.colleague.token)
    sent = story.invoice(story.buyer.party, number="2026-001")
    narrator.check("the buyer downloads the document, byte for byte", answer.content == sent, answer.status)
    stranger = await platform.call("GET", path, token=story.freelancer.token)
    narrator.check("a stranger does not (403)", stranger.status == 403, stranger.body)  # noqa: PLR2004


async def _timeline(story: Story, platform: Platform, narrator: Narrator) -> None:
    path = f"/documents/v1/documents/{story.documents['sent']}/timeline"
    timeline = await platform.expect(200, "GET", path, token=story.supplier.administrator.token)
    steps = [item["status"] for item in timeline["items"]]
    narrator.check("the timeline shows every step", steps == ["accepted", "validated", "routed", "delivered"], steps)
    narrator.check("with its icon", timeline["items"][-1]["icon"]["code"] == "platform", timeline["items"][-1])
    for item in timeline["items"]:
        narrator.say(f"{item['at']}  {item['status']:<10} {item['label']}")
