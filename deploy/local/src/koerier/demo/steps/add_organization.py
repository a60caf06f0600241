"""Step 2: both administrators look their company up in the register and add it."""

from koerier.demo.narrator import Narrator
from koerier.demo.platform import Platform, eventually
from koerier.demo.story import Company, Story

COMPANIES = "/organizations/v1/companies"


async def add_organizations(story: Story, platform: Platform, narrator: Narrator) -> None:
    for company in (story.supplier, story.buyer):
        await _find_and_add(company, platform, narrator)
    nobody = await platform.expect(
        200, "GET", COMPANIES, token=story.buyer.administrator.token, params={"kvkNumber": "12345678"}
    )
    narrator.check("an unknown number is an empty result, not an error", nobody["items"] == [], nobody)
    wrong = await platform.call(
        "GET", COMPANIES, token=story.buyer.administrator.token, params={"kvkNumber": "1234567"}
    )
    narrator.check("a number of 7 digits is refused", wrong.status in {400, 422}, wrong.body)
    narrator.check(
        "a Basic user may not add one",
        (await platform.call(
            "POST",
            "/organizations/v1/organizations",
            token=story.colleague.token,
            json={"kvkNumber": story.buyer.kvk_number},
        )).status == 403,  # noqa: PLR2004
    )  # fmt: skip


async def _find_and_add(company: Company, platform: Platform, narrator: Narrator) -> None:
    token = company.administrator.token

    async def by_number() -> dict[str, str] | None:
        answer = await platform.call("GET", COMPANIES, token=token, params={"kvkNumber": company.kvk_number})
        return answer.body["items"][0] if answer.status == 200 and answer.body["items"] else None  # noqa: PLR2004

    found = await eventually(by_number, f"company {company.kvk_number} in the register")
    by_name = await platform.expect(200, "GET", COMPANIES, token=token, params={"name": found["name"]})
    numbers = [item["kvkNumber"] for item in by_name["items"]]
    narrator.check(f"{found['name']} is found by name too", company.kvk_number in numbers, numbers)
    added = await platform.expect(
        201, "POST", "/organizations/v1/organizations", token=token, json={"kvkNumber": company.kvk_number}
    )
    company.organization_id, company.name = added["id"], added["name"]
    identifiers = [f"{item['scheme']}:{item['value']}" for item in added["identifiers"]]
    narrator.check(
        f"{company.name}: name, country and identifier came from the register",
        bool(company.name) and added["address"]["country"] == "NL" and company.party in identifiers,
        added,
    )
