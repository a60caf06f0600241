"""Roles, users, scopes, passwords and the rotation of signing keys."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from identity.application.limits import spend
from identity.domain.environment import Environment, Kind, Mode
from identity.domain.errors import InvalidScope, NotPermitted, TooManyAttempts, UnknownScope, WeakPassword
from identity.domain.generic_domains import GENERIC_DOMAINS
from identity.domain.password_policy import PasswordStrength, check_length, check_strength
from identity.domain.permissions import ASSIGNABLE, MATRIX, Permission, Role, require
from identity.domain.scopes import PLATFORM_SCOPES, for_new_key, for_token
from identity.domain.session import access_token_id, session_of
from identity.domain.signing_key import KeyState, RotationPolicy, SigningKeyRecord, plan_rotation
from identity.domain.throttle import Limit, Verdict
from identity.domain.user import Person, Status, User, UserChange
from identity.settings import RegistrationSettings
from shared.ids import new_id

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _user(role: Role = Role.BASIC) -> User:
    person = Person(first_name="Jan", last_name="Jansen", address="jan@acme.example")
    return User.register(environment_id=new_id(), person=person, role=role, now=NOW)


@pytest.mark.requirement("R3.7")
def test_each_role_includes_the_one_before_and_operators_stand_apart() -> None:
    assert MATRIX[Role.BASIC] < MATRIX[Role.ADVANCED] < MATRIX[Role.ADMINISTRATOR]
    assert MATRIX[Role.ADVANCED] - MATRIX[Role.BASIC] == {Permission.MANAGE_PARTNERSHIPS}
    assert MATRIX[Role.OPERATOR] == {Permission.OPERATE_PLATFORM}
    assert Role.OPERATOR not in ASSIGNABLE


@pytest.mark.requirement("R3.7")
@pytest.mark.parametrize("role", [Role.BASIC, Role.ADVANCED, Role.OPERATOR])
@pytest.mark.parametrize(
    "permission",
    [
        Permission.MANAGE_USERS,
        Permission.ASSIGN_ROLES,
        Permission.MANAGE_ORGANIZATIONS,
        Permission.MANAGE_CONNECTION_KEYS,
        Permission.MANAGE_ENVIRONMENT,
    ],
)
def test_what_administrators_do_is_refused_to_others(role: Role, permission: Permission) -> None:
    require(Role.ADMINISTRATOR, permission)
    with pytest.raises(NotPermitted):
        require(role, permission)


def test_a_change_of_nothing_is_no_new_version() -> None:
    user = _user()
    same, changed = user.change(UserChange(role=Role.BASIC, blocked=False, relationship_manager=False))
    assert same is user
    assert changed == ()


@pytest.mark.requirement("R3.7")
def test_a_change_names_what_changed() -> None:
    changed_user, changed = _user().change(UserChange(role=Role.ADVANCED, relationship_manager=True, blocked=True))
    assert set(changed) == {"role", "relationship_manager", "status"}
    assert (changed_user.role, changed_user.status, changed_user.version) == (Role.ADVANCED, Status.BLOCKED, 2)


def test_a_blocked_administrator_does_not_count_as_one() -> None:
    boss = _user(Role.ADMINISTRATOR)
    blocked, _ = boss.change(UserChange(blocked=True))
    assert boss.administers
    assert not blocked.administers


def test_a_new_environment_is_live_and_the_operators_one_is_reserved() -> None:
    customer = Environment.found("acme.example", shared=False, now=NOW)
    assert (customer.mode, customer.kind, customer.parent_id) == (Mode.LIVE, Kind.CUSTOMER, None)
    operators = Environment.found_for_operators(now=NOW)
    assert (operators.kind, operators.shared) == (Kind.OPERATOR, True)


@pytest.mark.requirement("R3.6")
def test_the_list_of_generic_domains_can_be_set_and_is_compared_in_one_spelling() -> None:
    assert {"gmail.com", "outlook.com", "hotmail.com", "ziggo.nl"} <= GENERIC_DOMAINS
    settings = RegistrationSettings(generic_domains=frozenset({" Post.Example ", "bücher.example"}))
    assert settings.generic_domains == {"post.example", "xn--bcher-kva.example"}


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 129])
def test_the_length_of_a_password_is_bounded(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_length(password)


def test_a_password_needs_a_score_of_three() -> None:
    check_strength(PasswordStrength(score=3))
    with pytest.raises(WeakPassword) as refused:
        check_strength(PasswordStrength(score=2, hints=("Add another word.",)))
    assert refused.value.extra == {"hints": ["Add another word."]}


def test_a_key_gets_the_message_bus_unless_other_scopes_are_wanted() -> None:
    assert for_new_key(None) == ("ap",)
    assert for_new_key(["documents:read", "ap", "ap"]) == ("documents:read", "ap")
    with pytest.raises(UnknownScope):
        for_new_key(["everything"])


def test_a_token_never_gets_more_than_its_key_has() -> None:
    assert for_token("", granted=("ap", "documents:read")) == ("ap", "documents:read")
    assert for_token("openid ap", granted=("ap",)) == ("ap",)
    for wanted in PLATFORM_SCOPES[1:]:
        with pytest.raises(InvalidScope):
            for_token(wanted, granted=("ap",))


def test_a_token_id_names_its_session() -> None:
    session_id = new_id()
    assert session_of(access_token_id(session_id)) == session_id
    assert access_token_id(session_id) != access_token_id(session_id)
    assert session_of("x") is None


def _key(kid: str, state: KeyState, *, hours: float) -> SigningKeyRecord:
    return SigningKeyRecord(kid=kid, state=state, since=NOW - timedelta(hours=hours))


def test_a_young_published_key_does_not_sign_yet_unless_forced() -> None:
    keys = [_key("old", KeyState.ACTIVE, hours=500), _key("new", KeyState.PUBLISHED, hours=23)]
    assert plan_rotation(keys, now=NOW, policy=RotationPolicy()).activate is None
    forced = plan_rotation(keys, now=NOW, policy=RotationPolicy(), force=True)
    assert (forced.activate, forced.retire, forced.remove, forced.publish_new) == ("new", None, ("old",), True)


def test_a_ripe_published_key_takes_over_and_the_next_one_is_published() -> None:
    keys = [_key("old", KeyState.ACTIVE, hours=500), _key("new", KeyState.PUBLISHED, hours=25)]
    plan = plan_rotation(keys, now=NOW, policy=RotationPolicy())
    assert (plan.activate, plan.retire, plan.publish_new, plan.remove) == ("new", "old", True, ())


def test_a_retired_key_is_removed_when_no_token_of_it_can_be_valid() -> None:
    keys = [
        _key("now", KeyState.ACTIVE, hours=3),
        _key("next", KeyState.PUBLISHED, hours=3),
        _key("just", KeyState.RETIRED, hours=1.5),
        _key("long", KeyState.RETIRED, hours=2.5),
    ]
    plan = plan_rotation(keys, now=NOW, policy=RotationPolicy())
    assert (plan.remove, plan.activate, plan.publish_new) == (("long",), None, False)


@dataclass
class CountingThrottle:
    """Counts in memory what the adapter counts in the database."""

    counts: dict[str, int] = field(default_factory=dict)

    async def attempt(self, limit: Limit, of: str) -> Verdict:
        self.counts[of] = self.counts.get(of, 0) + 1
        return Verdict(allowed=self.counts[of] <= limit.attempts, retry_after=timedelta(seconds=61.2))

    async def forgive(self, _limit: Limit, of: str) -> None:
        self.counts[of] -= 1

    async def forget(self, _limit: Limit, of: str) -> None:
        del self.counts[of]


async def test_beyond_the_limit_one_is_told_how_long_to_wait() -> None:
    throttle, limit = CountingThrottle(), Limit(name="login", attempts=2, window=timedelta(minutes=1))
    await spend(throttle, limit, "a")
    await spend(throttle, limit, "a")
    await spend(throttle, limit, "b")
    with pytest.raises(TooManyAttempts) as refused:
        await spend(throttle, limit, "a")
    assert refused.value.extra == {"retry_after_seconds": 62}
