"""Step 6: receiving is off after activation; a document for the buyer is refused until it is switched on."""

from koerier.demo.narrator import Narrator
from koerier.demo.platform import Platform, eventually
from koerier.demo.steps.exchange import final_status, send
from koerier.demo.story import Company, Story


async def refuse_without_credit(story: Story, platform: Platform, narrator: Narrator) -> None:
    """Before credit was bought: enabling answers 402."""
    answer = await _switch_on(story.buyer, platform)
    narrator.check(
        "receiving needs plan and credit (402)", (answer[0], answer[1]) == (402, "plan_or_credit_required"), answer
    )


async def refuse_without_receiving(story: Story, platform: Platform, narrator: Narrator) -> None:
    """Before receiving is on: a document for the buyer is rejected, and says why."""
    document = story.invoice(story.buyer.party, number="2026-000")

    async def accepted() -> str | None:
        answer = await send(story, platform, document)
        return answer.body["id"] if answer.status == 200 else None  # noqa: PLR2004

    document_id = await eventually(accepted, "documents to know of the supplier's credit")
    status = await final_status(story, platform, document_id)
    narrator.check(
        "a document for a party that does not receive is rejected, with the reason",
        status["status"] == "rejected" and status["reason"] == "receiver_does_not_receive",
        status,
    )


async def enable(story: Story, platform: Platform, narrator: Narrator) -> None:
    buyer = story.buyer
    prompts = await platform.expect(200, "GET", "/organizations/v1/me/prompts/receive", token=buyer.administrator.token)
    listed = [item["organizationId"] for item in prompts["items"]]
    narrator.check("the prompt at login lists the organization", listed == [buyer.organization_id], prompts)

    async def switched_on() -> bool | None:
        return True if (await _switch_on(buyer, platform))[0] == 200 else None  # noqa: PLR2004

    narrator.check("with credit it can be switched on", await eventually(switched_on, "receiving to be allowed"))
    prompts = await platform.expect(200, "GET", "/organizations/v1/me/prompts/receive", token=buyer.administrator.token)
    narrator.check("the prompt is empty then", prompts["items"] == [], prompts)

    async def in_the_network() -> bool | None:
        answer = await platform.outside("GET", f"/peppol/smp/iso6523-actorid-upis::{buyer.party}")
        return True if answer.status == 200 and b"Invoice-2" in answer.content else None  # noqa: PLR2004

    narrator.check("the network's SMP publishes it", await eventually(in_the_network, "the SMP registration"))


async def _switch_on(company: Company, platform: Platform) -> tuple[int, str]:
    answer = await platform.call(
        "PUT",
        f"/organizations/v1/organizations/{company.organization_id}/receiving",
        token=company.administrator.token,
        json={"enabled": True},
    )
    return answer.status, answer.code
