"""Rights from what the projections say; the lookup is patient with news and strict with refusals."""

from dataclasses import replace

import pytest
from organizations.application import rights
from organizations.application.rights import Caller, resolve
from organizations.application.views import Standing
from organizations.domain.errors import (
    CallerNotActive,
    ConnectionKeyRevoked,
    NotEnvironmentAdministrator,
    NotOperator,
    NotOrganizationAdministrator,
    OrganizationNotFound,
    PersonRequired,
)
from organizations.domain.membership import Level
from organizations.domain.plans import Account
from shared.ids import new_id

HOME, ORGANIZATION = new_id(), new_id()
PERSON = Caller(user_id=new_id(), environment_id=HOME)
KEY = replace(PERSON, key_id=new_id())
KNOWN = Standing(
    home_environment_id=HOME, mode="live", kind="customer", role="administrator", user_status="active",
    user_environment_id=HOME, key_status=None, key_organization_id=None, level=Level.ADMINISTRATOR, account=Account(),
)  # fmt: skip
WITH_KEY = replace(KNOWN, key_status="active", key_organization_id=ORGANIZATION)
NOBODY = replace(KNOWN, role=None, user_status=None, user_environment_id=None)


class FakeViews:
    """Answers with one standing after the other, the last one for ever."""

    def __init__(self, *standings: Standing) -> None:
        self._standings = list(standings)
        self.asked = 0

    async def standing(self, **_: object) -> Standing:
        self.asked += 1
        return self._standings.pop(0) if len(self._standings) > 1 else self._standings[0]


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "_LOOK_AGAIN_SECONDS", 0)


async def _resolve(standing: Standing, caller: Caller = PERSON):
    return await resolve(caller, views=FakeViews(standing), organization_id=ORGANIZATION)


async def test_a_known_caller_costs_one_query():
    views = FakeViews(KNOWN)

    await resolve(PERSON, views=views, organization_id=ORGANIZATION)

    assert views.asked == 1


@pytest.mark.parametrize("missing", [NOBODY, replace(KNOWN, home_environment_id=None, mode=None, kind=None)])
async def test_who_is_not_known_yet_is_looked_up_again(missing: Standing):
    views = FakeViews(missing, missing, KNOWN)

    resolved = await resolve(PERSON, views=views, organization_id=ORGANIZATION)

    assert resolved.level is Level.ADMINISTRATOR
    assert views.asked == 3


async def test_patience_ends():
    views = FakeViews(NOBODY)

    with pytest.raises(CallerNotActive):
        await resolve(PERSON, views=views)

    assert views.asked == 11


@pytest.mark.parametrize(
    "refused",
    [
        replace(KNOWN, user_status="blocked"),
        replace(KNOWN, user_status="removed"),
        replace(KNOWN, user_status="invited"),
        replace(KNOWN, user_environment_id=new_id()),
    ],
)
async def test_who_is_known_and_not_active_is_refused_at_once(refused: Standing):
    views = FakeViews(refused)

    with pytest.raises(CallerNotActive):
        await resolve(PERSON, views=views)

    assert views.asked == 1


async def test_a_revoked_key_is_refused_at_once():
    views = FakeViews(replace(WITH_KEY, key_status="revoked"))

    with pytest.raises(ConnectionKeyRevoked):
        await resolve(KEY, views=views)

    assert views.asked == 1


async def test_a_key_acts_for_its_own_organization_and_never_as_a_person():
    own = await _resolve(WITH_KEY, KEY)
    other = await _resolve(replace(WITH_KEY, key_organization_id=new_id()), KEY)

    own.require_organization_administrator()
    for require in (own.require_person, own.require_environment_administrator):
        with pytest.raises(PersonRequired):
            require()
    with pytest.raises(OrganizationNotFound):
        other.require_member()


@pytest.mark.requirement("R2.1", "R2.6")
async def test_levels_in_the_organization_are_kept_apart():
    member = await _resolve(replace(KNOWN, level=Level.MEMBER))
    stranger = await _resolve(replace(KNOWN, level=None))

    assert member.require_member() is Level.MEMBER
    with pytest.raises(NotOrganizationAdministrator):
        member.require_organization_administrator()
    with pytest.raises(OrganizationNotFound):
        stranger.require_organization_administrator()


@pytest.mark.requirement("R5.1")
@pytest.mark.parametrize("role", ["basic", "advanced", "operator"])
async def test_only_administrators_of_the_environment_pass(role: str):
    with pytest.raises(NotEnvironmentAdministrator):
        (await _resolve(replace(KNOWN, role=role))).require_environment_administrator()


@pytest.mark.parametrize(
    ("kind", "role", "passes"),
    [("operator", "operator", True), ("customer", "operator", False), ("operator", "administrator", False)],
)
async def test_an_operator_is_one_by_role_and_environment(kind: str, role: str, *, passes: bool):
    resolved = await _resolve(replace(KNOWN, kind=kind, role=role))
    if passes:
        resolved.require_operator()
    else:
        with pytest.raises(NotOperator):
            resolved.require_operator()
