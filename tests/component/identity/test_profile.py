"""What people change of themselves: names, phone number and language, and nothing else."""

from io import BytesIO
from typing import Any

import httpx2
import pytest
from identity.application.change_profile import ChangeProfile
from identity.application.identify_caller import IdentifyCaller
from identity.application.manage_picture import PutPicture
from identity.domain.errors import SessionEnded
from identity.domain.user import ProfileChange
from PIL import Image
from support.identity import Identity, new_domain
from support.identity_company import Member

ME = "/identity/v1/me"


@pytest.fixture
async def member(identity: Identity) -> Member:
    return await identity.join(f"jan@{new_domain()}")


async def change(identity: Identity, member: Member, **body: Any) -> httpx2.Response:
    return await identity.http.patch(ME, json=body, headers=member.headers)


@pytest.mark.requirement("R9.1")
async def test_names_phone_and_language_are_ones_own_to_change(identity: Identity, member: Member) -> None:
    answer = await change(identity, member, firstName=" Anne ", lastName="de Wit", phone="+31 20 123 4567", locale="en")
    me = answer.json()
    assert answer.status_code == 200
    assert (me["firstName"], me["lastName"], me["phone"], me["locale"]) == ("Anne", "de Wit", "+31 20 123 4567", "en")
    assert (await identity.http.get(ME, headers=member.headers)).json() == me


@pytest.mark.requirement("R9.1")
async def test_what_is_not_named_stays_and_null_removes_the_phone_number(identity: Identity, member: Member) -> None:
    await change(identity, member, firstName="Anne", phone="020-1234567")
    me = (await change(identity, member, lastName="Bakker")).json()
    assert (me["firstName"], me["lastName"], me["phone"]) == ("Anne", "Bakker", "020-1234567")
    me = (await change(identity, member, phone=None)).json()
    assert (me["firstName"], me["phone"]) == ("Anne", None)


@pytest.mark.requirement("R9.1")
@pytest.mark.parametrize(
    "body",
    [
        {"email": "other@acme.example"},
        {"role": "administrator"},
        {"environment": {"name": "Mine"}},
        {"status": "active"},
        {"firstName": ""},
        {"firstName": "x" * 101},
        {"lastName": "Jan\r\nBcc: all@acme.example"},
        {"locale": "fr"},
        {"phone": "call me"},
        {"phone": "1" * 40},
        {"phone": "+31\u0660\u0661\u0662\u0663\u0664\u0665"},
        {"phone": 31201234567},
        [],
    ],
    ids=repr,
)
async def test_nothing_else_is_and_no_nonsense(identity: Identity, member: Member, body: Any) -> None:
    before = (await identity.http.get(ME, headers=member.headers)).json()
    answer = await identity.http.patch(ME, json=body, headers=member.headers)
    assert answer.status_code == 400
    assert (await identity.http.get(ME, headers=member.headers)).json() == before


async def test_others_learn_of_names_and_language_but_never_of_the_phone_number(
    identity: Identity, member: Member
) -> None:
    told = len(await identity.published(member.id))
    await change(identity, member, phone="020-1234567")
    assert len(await identity.published(member.id)) == told
    await change(identity, member, firstName="Anne", locale="en", phone="020-7654321")
    event = (await identity.published(member.id))[-1]
    assert event.data["changed"] == ["first_name", "locale"]
    assert (event.data["state"]["first_name"], event.data["state"]["locale"]) == ("Anne", "en")
    assert "7654321" not in str(event)
    await change(identity, member, firstName="Anne")
    assert len(await identity.published(member.id)) == told + 1


async def test_the_audit_log_names_what_changed_and_not_to_what(identity: Identity, member: Member) -> None:
    await change(identity, member, firstName="Anne", phone="020-1234567")
    details = await identity.pool.fetchval(
        "select details from audit_entries where subject_id = $1 and action = 'user.profile_changed'", member.id
    )
    assert details == {"changed": ["first_name", "phone"]}


async def test_a_connection_key_does_not_speak_for_its_creator(identity: Identity, member: Member) -> None:
    company = await identity.activate_organization(member)
    key = await identity.issue_key(member, company.id)
    token = (await identity.request_token(key)).json()["access_token"]
    answer = await identity.http.patch(ME, json={"firstName": "Anne"}, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "person_required")


async def test_who_is_removed_leaves_no_phone_number(identity: Identity, member: Member) -> None:
    colleague = await identity.join(f"piet@{member.email.partition('@')[2]}")
    await change(identity, colleague, phone="020-1234567")
    answer = await identity.http.delete(f"/identity/v1/users/{colleague.id}", headers=member.headers)
    assert answer.status_code == 204
    assert await identity.pool.fetchval("select phone from users where id = $1", colleague.id) is None


@pytest.mark.requirement("R8.9")
async def test_the_language_is_dutch_until_somebody_chooses_another(identity: Identity, member: Member) -> None:
    assert (await identity.http.get(ME, headers=member.headers)).json()["locale"] == "nl"
    await identity.run_jobs()
    assert {mail.locale for mail in identity.mail.to(member.email)} == {"nl"}
    await change(identity, member, locale="en")
    await identity.http.post("/identity/v1/password-resets", json={"email": member.email})
    await identity.run_jobs()
    assert identity.mail.to(member.email)[-1].locale == "en"


async def test_a_key_does_not_see_its_creators_phone_number(identity: Identity, member: Member) -> None:
    await change(identity, member, phone="020-1234567")
    company = await identity.activate_organization(member)
    token = (await identity.request_token(await identity.issue_key(member, company.id))).json()["access_token"]
    me = await identity.http.get(ME, headers={"Authorization": f"Bearer {token}"})
    assert (me.status_code, me.json()["phone"]) == (200, None)


async def test_who_was_removed_meanwhile_changes_nothing(identity: Identity, member: Member) -> None:
    """The caller was let in; then an administrator's removal commits first."""
    colleague = await identity.join(f"piet@{member.email.partition('@')[2]}")
    actor = await identity.application.sessions.identify_caller(
        IdentifyCaller(
            user_id=colleague.id,
            environment_id=colleague.environment_id,
            token_id=identity.verifier.verify(colleague.headers["Authorization"].partition(" ")[2]).token_id,
            connection_key=None,
            client="test",
        )
    )
    await identity.http.delete(f"/identity/v1/users/{colleague.id}", headers=member.headers)
    told = len(await identity.published(colleague.id))
    cmd = ChangeProfile(actor=actor, change=ProfileChange(first_name="Piet", phone="020-1234567"))
    with pytest.raises(SessionEnded):
        await identity.application.users.change_profile(cmd)
    drawn = BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, format="PNG")
    with pytest.raises(SessionEnded):
        await identity.application.pictures.put(PutPicture(actor=actor, content=drawn.getvalue()))
    row = await identity.pool.fetchrow("select first_name, phone from users where id = $1", colleague.id)
    assert tuple(row) == ("", None)
    assert len(await identity.published(colleague.id)) == told
    left = "select count(*) from user_pictures where user_id = $1"
    assert await identity.pool.fetchval(left, colleague.id) == 0


async def test_a_removed_user_leaves_no_device_no_link_and_no_code(identity: Identity, member: Member) -> None:
    colleague = await identity.join(f"piet@{member.email.partition('@')[2]}")
    headers = colleague.headers | {"User-Agent": "Firefox of Piet"}
    await identity.http.post("/identity/v1/me/addresses", json={"email": f"p.{colleague.email}"}, headers=headers)
    await identity.http.delete(f"/identity/v1/users/{colleague.id}", headers=member.headers)
    for left in (
        "select count(*) from sessions where user_id = $1 and (client <> '' or device <> '')",
        "select count(*) from links where user_id = $1",
        "select count(*) from recovery_codes where user_id = $1",
    ):
        assert await identity.pool.fetchval(left, colleague.id) == 0
