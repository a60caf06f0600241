"""Who may read and who may change."""

import pytest
from billing.application.access import Access
from billing.domain.errors import AdministratorRequired, CredentialRevoked, PersonRequired
from billing.domain.rights import Caller, Rights
from shared.ids import new_id

PERSON = Caller(environment_id=new_id(), user_id=new_id())
SOFTWARE = Caller(environment_id=new_id(), user_id=new_id(), connection_key_id=new_id())
ADMINISTRATOR = Rights(user_role="administrator", user_status="active", own_user=True)


@pytest.mark.parametrize(
    "rights",
    [
        Rights(),
        Rights(user_role="administrator", user_status="blocked", own_user=True),
        Rights(user_role="administrator", user_status="removed", own_user=True),
        Rights(user_role="administrator", user_status="active", own_user=False),
    ],
)
def test_who_is_not_an_active_user_of_the_environment_is_refused(rights: Rights) -> None:
    with pytest.raises(CredentialRevoked):
        rights.require_member(PERSON)


@pytest.mark.parametrize(
    "rights",
    [
        ADMINISTRATOR,
        Rights(user_role="administrator", user_status="active", own_user=True, key_status="revoked", own_key=True),
        Rights(user_role="administrator", user_status="active", own_user=True, key_status="active", own_key=False),
    ],
)
def test_a_key_must_be_active_and_of_the_environment_whoever_made_it(rights: Rights) -> None:
    with pytest.raises(CredentialRevoked):
        rights.require_member(SOFTWARE)


@pytest.mark.parametrize("role", ["basic", "advanced", "operator", "Administrator", ""])
def test_only_administrators_change_anything(role: str) -> None:
    rights = Rights(user_role=role, user_status="active", own_user=True)
    rights.require_member(PERSON)
    with pytest.raises(AdministratorRequired):
        rights.require_administrator(PERSON)
    ADMINISTRATOR.require_administrator(PERSON)


def test_a_key_may_read_when_its_maker_has_left_but_not_change() -> None:
    rights = Rights(user_role="administrator", user_status="removed", own_user=True, key_status="active", own_key=True)
    rights.require_member(SOFTWARE)
    with pytest.raises(AdministratorRequired):
        rights.require_administrator(SOFTWARE)


class Directory:
    """Knows nobody for the first `after` looks."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.looks = 0

    async def find(self, caller: Caller) -> Rights:
        assert caller is PERSON
        self.looks += 1
        return ADMINISTRATOR if self.looks > self.after else Rights()


async def test_who_has_not_arrived_yet_is_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.application.access._PAUSE_SECONDS", 0)
    directory = Directory(after=3)
    await Access(rights=directory).require_administrator(PERSON)
    assert directory.looks == 4


async def test_who_never_arrives_is_refused_after_a_few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.application.access._PAUSE_SECONDS", 0)
    directory = Directory(after=1000)
    with pytest.raises(CredentialRevoked):
        await Access(rights=directory).require_member(PERSON)
    assert directory.looks < 10


async def test_what_must_be_done_in_person_is_refused_to_keys_at_once() -> None:
    directory = Directory(after=0)
    with pytest.raises(PersonRequired):
        await Access(rights=directory).require_administrator_in_person(SOFTWARE)
    assert directory.looks == 0
