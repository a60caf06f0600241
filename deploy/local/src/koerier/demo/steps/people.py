"""Step 10: a colleague is invited, protects their account and gets a second address; a key is replaced calmly."""

import pyotp

from koerier.demo.narrator import Narrator
from koerier.demo.platform import Answer, Platform
from koerier.demo.steps.register import COMPLETION, sign_in
from koerier.demo.story import PASSWORD, Story

VERIFICATION = "/identity/v1/addresses/verification"
SESSIONS, FACTOR = "/identity/v1/sessions", "/identity/v1/me/second-factor"
KEYS = "/identity/v1/connection-keys"


async def manage_people(story: Story, platform: Platform, narrator: Narrator) -> None:
    await _invite(story, platform, narrator)
    await _add_address(story, platform, narrator)
    await _protect(story, platform, narrator)
    await _replace_key(story, platform, narrator)


async def _invite(story: Story, platform: Platform, narrator: Narrator) -> None:
    buyer, newcomer = story.buyer.administrator, story.newcomer
    invited = await platform.expect(
        201, "POST", "/identity/v1/invitations", token=buyer.token, json={"email": newcomer.email, "role": "advanced"}
    )
    narrator.check("the buyer invites a colleague", invited["status"] == "invited", invited)
    names = {"firstName": newcomer.first_name, "lastName": newcomer.last_name}
    answer = {"token": await platform.mailed_token(newcomer.email, COMPLETION), "password": PASSWORD} | names
    done = await platform.expect(201, "POST", COMPLETION, json=answer | {"termsAccepted": True})
    narrator.check(
        "who follows the link in the mail is in the buyer's environment, with the role of the invitation",
        (done["environmentId"], done["role"]) == (buyer.environment_id, "advanced"),
        done,
    )
    await sign_in(newcomer, platform)


async def _add_address(story: Story, platform: Platform, narrator: Narrator) -> None:
    newcomer, extra = story.newcomer, f"inkoop.{story.newcomer.email}"
    await platform.expect(201, "POST", "/identity/v1/me/addresses", token=newcomer.token, json={"email": extra})
    early = await _log_in(platform, extra)
    narrator.check("an extra address does nothing before its link was followed", early.status == 401, early.body)  # noqa: PLR2004
    token = await platform.mailed_token(extra, VERIFICATION)
    await platform.expect(200, "POST", VERIFICATION, json={"token": token})
    later = await _log_in(platform, extra)
    narrator.check("and then is another name of the same person", later.status == 201, later.body)  # noqa: PLR2004
    sessions = await platform.expect(200, "GET", SESSIONS, token=newcomer.token)
    narrator.check("who sees both of their sessions", len(sessions["items"]) == 2, sessions)  # noqa: PLR2004


async def _protect(story: Story, platform: Platform, narrator: Narrator) -> None:
    newcomer = story.newcomer
    made = await platform.expect(201, "POST", FACTOR, token=newcomer.token, json={"password": PASSWORD})
    code = pyotp.TOTP(made["secret"]).now()
    confirmed = await platform.expect(200, "POST", f"{FACTOR}/confirmation", token=newcomer.token, json={"code": code})
    without = await _log_in(platform, newcomer.email)
    narrator.check("with a second factor the password alone is not enough", without.status == 401, without.body)  # noqa: PLR2004
    again = await _log_in(platform, newcomer.email, code)
    narrator.check("a code that was used once is worth nothing", again.status == 401, again.body)  # noqa: PLR2004
    recovery = confirmed["recoveryCodes"][0]
    statuses = [(await _log_in(platform, newcomer.email, recovery)).status for _ in range(2)]
    narrator.check("a recovery code works, once", statuses == [201, 401], statuses)


async def _replace_key(story: Story, platform: Platform, narrator: Narrator) -> None:
    token = story.supplier.administrator.token
    wanted = {"organizationId": story.supplier.organization_id, "label": "Demo webshop"}
    old = await platform.expect(201, "POST", KEYS, token=token, json=wanted)
    new = await platform.expect(201, "POST", f"{KEYS}/{old['id']}/regeneration", token=token, json={"overlapHours": 24})
    parties = [await platform.call("GET", "/api/v1/me/party", token=key["key"]) for key in (old, new)]
    narrator.check(
        "a key that is replaced with an overlap works beside the new one",
        [answer.status for answer in parties] == [200, 200],
        [answer.body for answer in parties],
    )
    for key in (old, new):
        await platform.expect(200, "POST", f"{KEYS}/{key['id']}/revocation", token=token)


async def _log_in(platform: Platform, email: str, code: str | None = None) -> Answer:
    credentials = {"email": email, "password": PASSWORD} | ({"totp": code} if code else {})
    return await platform.call("POST", SESSIONS, json=credentials)
