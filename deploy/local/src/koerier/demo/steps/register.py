"""Step 1: four people register: two found environments, one joins a colleague, one with a gmail address is alone."""

from koerier.demo.narrator import Narrator
from koerier.demo.platform import Platform
from koerier.demo.story import PASSWORD, Person, Story

COMPLETION = "/identity/v1/registrations/completion"


async def register(story: Story, platform: Platform, narrator: Narrator) -> None:
    for person in (story.supplier.administrator, story.buyer.administrator, story.colleague, story.freelancer):
        await _register(person, platform)
        await sign_in(person, platform)
    supplier, buyer = story.supplier.administrator, story.buyer.administrator
    narrator.check("the supplier's first user is Administrator", supplier.role == "administrator", supplier.role)
    narrator.check("the buyer's first user is Administrator", buyer.role == "administrator", buyer.role)
    narrator.check("the two have environments of their own", supplier.environment_id != buyer.environment_id)
    narrator.check(
        "the colleague joined the buyer's environment as Basic user",
        (story.colleague.environment_id, story.colleague.role) == (buyer.environment_id, "basic"),
        story.colleague.role,
    )
    narrator.check(
        "the gmail address got an environment of its own",
        story.freelancer.role == "administrator" and story.freelancer.environment_id != buyer.environment_id,
    )
    organizations = await platform.expect(200, "GET", "/organizations/v1/organizations", token=story.colleague.token)
    narrator.check("the colleague sees no organization yet", organizations["items"] == [], organizations)


async def _register(person: Person, platform: Platform) -> None:
    await platform.expect(202, "POST", "/identity/v1/registrations", json={"email": person.email, "locale": "nl"})
    token = await platform.mailed_token(person.email, COMPLETION)
    page = await platform.call("GET", f"{COMPLETION}?token={token}")
    if page.status != 200 or "<form" not in str(page.body):  # noqa: PLR2004
        raise AssertionError(f"the link in the mail answered {page.status}")
    done = await platform.expect(
        201,
        "POST",
        COMPLETION,
        json={
            "token": token,
            "password": PASSWORD,
            "firstName": person.first_name,
            "lastName": person.last_name,
            "termsAccepted": True,
        },
    )
    person.user_id, person.environment_id, person.role = done["userId"], done["environmentId"], done["role"]


async def sign_in(person: Person, platform: Platform, *, totp: str | None = None, password: str = PASSWORD) -> None:
    """Log in and keep the access token."""
    credentials = {"email": person.email, "password": password} | ({"totp": totp} if totp else {})
    session = await platform.expect(201, "POST", "/identity/v1/sessions", json=credentials)
    person.token = session["accessToken"]
