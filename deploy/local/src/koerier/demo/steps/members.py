"""Step 4: the buyer's administrator gives the Basic colleague access to the organization."""

from koerier.demo.narrator import Narrator
from koerier.demo.platform import Platform, eventually
from koerier.demo.story import Story

INBOX = "/documents/v1/documents?direction=inbound"


async def add_member(story: Story, platform: Platform, narrator: Narrator) -> None:
    colleague, buyer = story.colleague, story.buyer
    inbox = f"{INBOX}&partyId={buyer.party}"
    before = await platform.call("GET", inbox, token=colleague.token)
    narrator.check("before, the colleague's inbox is not there (404)", before.status == 404, before.body)  # noqa: PLR2004
    bus = await platform.call(
        "GET", f"/api/v1/{buyer.party}/purchaseInvoice/{colleague.user_id}/download", token=colleague.token
    )
    narrator.check("and the message bus says 403", (bus.status, bus.code) == (403, "API403"), bus.body)
    members = f"/organizations/v1/organizations/{buyer.organization_id}/members"
    await platform.expect(
        201, "POST", members, token=buyer.administrator.token, json={"userId": colleague.user_id, "level": "member"}
    )

    async def sees_inbox() -> bool | None:
        answer = await platform.call("GET", inbox, token=colleague.token)
        return True if answer.status == 200 else None  # noqa: PLR2004

    narrator.check("after it, the colleague sees the inbox", await eventually(sees_inbox, "the colleague's inbox"))
