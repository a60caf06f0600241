"""Whatever is sent, the answer is a problem that says what is wrong; never a 500, never half of it done."""

from typing import Any
from uuid import UUID

import pytest
from shared.contracts import topics
from shared.ids import new_id
from support.organizations import Record, World

PATH = "/organizations/v1/organizations"
SOMETHING = UUID("01a20000-0000-7000-8000-000000000000")
_MANUAL: dict[str, Any] = {"name": "Met de hand", "country": "NL"}


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "tekst",
        {},
        {"kvkNumber": None},
        {"kvkNumber": 12345678},
        {"kvkNumber": ["12345678"]},
        {"kvkNumber": "1" * 33},
        {"name": "Zonder land"},
        {"country": "NL"},
        _MANUAL | {"name": ""},
        _MANUAL | {"name": "x" * 201},
        _MANUAL | {"name": "nul\x00byte"},
        _MANUAL | {"name": "regel\nregel"},
        _MANUAL | {"country": "NLD"},
        _MANUAL | {"address": "Kade 7"},
        _MANUAL | {"address": {"city": "\x07"}},
        _MANUAL | {"identifiers": [{"scheme": "12", "value": "1"}]},
        _MANUAL | {"identifiers": [{"scheme": "0106"}]},
        _MANUAL | {"identifiers": [{"scheme": "0088", "value": "1"}] * 11},
    ],
)
async def test_an_organization_that_cannot_be_read_is_refused(world: World, body: Any):
    admin = await world.administrator()

    response = await world.http.post(PATH, json=body, headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")
    assert response.headers["content-type"] == "application/problem+json"
    assert await world.published() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"country": "nl"}, "invalid_country"),
        ({"country": "1X"}, "invalid_country"),
        ({"country": "XX"}, "invalid_country"),
        ({"identifiers": [{"scheme": "0208", "value": "0999000129"}]}, "scheme_not_allowed"),
        ({"identifiers": [{"scheme": "0106", "value": "1234567"}]}, "invalid_identifier"),
        ({"identifiers": [{"scheme": "0088", "value": "8712345678901"}]}, "invalid_identifier"),
        ({"identifiers": [{"scheme": "0106", "value": "12345678"}] * 2}, "duplicate_identifier"),
    ],
)
async def test_values_that_are_no_good_are_refused(world: World, changes: dict[str, Any], code: str):
    admin = await world.administrator()

    response = await world.http.post(PATH, json=_MANUAL | changes, headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (422, code)
    assert await world.published() == []


@pytest.mark.parametrize("content", [b"", b"{", b'{"kvkNumber": "\xff"}', b'{"name": "\\ud800", "country": "NL"}'])
async def test_a_body_that_is_not_json_is_refused(world: World, content: bytes):
    admin = await world.administrator()

    response = await world.http.post(
        PATH, content=content, headers=admin.headers | {"Content-Type": "application/json"}
    )

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{PATH}/not-an-id", None),
        ("POST", f"{PATH}/not-an-id/activation", None),
        ("GET", f"{PATH}?limit=0", None),
        ("GET", f"{PATH}?limit=201", None),
        ("GET", f"{PATH}?cursor=nonsense!", None),
        ("PUT", f"{PATH}/{SOMETHING}/receiving", {"enabled": "misschien"}),
        ("POST", f"{PATH}/{SOMETHING}/members", {"userId": "x"}),
        ("POST", f"{PATH}/{SOMETHING}/members", {"userId": str(new_id()), "level": "owner"}),
        ("PATCH", f"{PATH}/{SOMETHING}/members/{SOMETHING}", {"level": None}),
        ("GET", f"{PATH}/{SOMETHING}/member-candidates", None),
        ("GET", f"{PATH}/{SOMETHING}/member-candidates?name=%00", None),
        ("POST", "/organizations/v1/me/prompts/receive/dismissals", {"organizationIds": []}),
        ("POST", "/organizations/v1/me/prompts/receive/dismissals", {"organizationIds": ["x"]}),
    ],
)
async def test_requests_that_cannot_be_read_are_refused(world: World, method: str, path: str, body: Any):
    admin = await world.administrator()

    response = await world.http.request(method, path, json=body, headers=admin.headers)

    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"


async def test_an_organization_without_a_primary_identifier_can_be_seen(world: World):
    admin = await world.administrator()

    added = await world.http.post(PATH, json=_MANUAL, headers=admin.headers)
    shown = await world.http.get(f"{PATH}/{added.json()['id']}", headers=admin.headers)

    assert (shown.status_code, shown.json()["identifiers"]) == (200, [])


async def test_a_broken_event_is_parked_and_the_next_one_applied(world: World):
    environment, user = await world.environment(), new_id()
    headers = [
        ("ce_id", str(new_id()).encode()),
        ("ce_type", b"identity.user-changed.v1"),
        ("ce_source", b"/identity"),
        ("ce_subject", str(user).encode()),
        ("ce_time", b"2026-11-23T09:00:00+00:00"),
        ("ce_environment", str(environment).encode()),
        ("ce_sequence", b"1"),
    ]
    broken = Record(
        topic=topics.IDENTITY_USERS.name, key=None, value=b'{"state": {"id": 7}}', headers=headers, offset=1
    )

    await world.deliver(broken)
    person = await world.person(environment, "administrator", user_id=user)

    assert await world.dead_letters() == ["malformed_data"]
    assert (await world.http.get(PATH, headers=person.headers)).status_code == 200


async def test_the_state_of_an_unknown_event_type_is_applied(world: World):
    person = await world.administrator()
    record = Record(
        topic=topics.BILLING_ACCOUNTS.name,
        key=None,
        value=b'{"state": {"environment_id": "%s", "plan": "professional", "depleted": false}}'
        % str(person.environment).encode(),
        headers=[
            ("ce_id", str(new_id()).encode()),
            ("ce_type", b"billing.account-thawed.v1"),
            ("ce_source", b"/billing"),
            ("ce_subject", str(person.environment).encode()),
            ("ce_time", b"2026-11-23T09:00:00+00:00"),
            ("ce_environment", str(person.environment).encode()),
            ("ce_sequence", b"1"),
        ],
        offset=2,
    )

    await world.deliver(record)

    plan = "select plan from accounts where environment_id = $1"
    assert await world.pool.fetchval(plan, person.environment) == "professional"
