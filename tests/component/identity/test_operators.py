"""Operators: made by command only, in an environment of their own, never without a second factor."""

from datetime import datetime

import pyotp
import pytest
from identity.application.create_operator import NewOperator
from identity.domain.errors import EmailTaken, InvalidEmailAddress
from support.identity import Identity, new_domain


@pytest.fixture
async def operator(identity: Identity) -> NewOperator:
    return await identity.application.users.create_operator(f"op@{new_domain()}")


def _code(operator: NewOperator, *, at: datetime) -> str:
    return pyotp.TOTP(operator.totp_secret).at(at)


async def test_operators_share_one_reserved_environment(identity: Identity, operator: NewOperator) -> None:
    await identity.application.users.create_operator(f"op2@{new_domain()}")
    (environment,) = await identity.pool.fetch("select * from environments where kind = 'operator'")
    (created,) = await identity.published(environment["id"])
    assert created.data["state"]["kind"] == "operator"
    users = await identity.pool.fetch("select id, role from users where environment_id = $1", environment["id"])
    assert {user["role"] for user in users} == {"operator"}
    (registered,) = await identity.published(users[0]["id"])
    assert registered.data["joined_by"] == "command"


async def test_an_operator_logs_in_with_password_and_code(identity: Identity, operator: NewOperator) -> None:
    missing = await identity.log_in(operator.email, password=operator.password)
    assert (missing.status_code, missing.json()["code"]) == (401, "second_factor_required")
    code = _code(operator, at=identity.clock.now())
    done = await identity.log_in(operator.email, password=operator.password, totp=code)
    assert done.status_code == 201
    headers = {"Authorization": f"Bearer {done.json()['accessToken']}"}
    me = (await identity.http.get("/identity/v1/me", headers=headers)).json()
    assert (me["role"], me["permissions"], me["secondFactor"]) == ("operator", ["operate_platform"], True)
    assert (await identity.http.get("/identity/v1/users", headers=headers)).status_code == 403


async def test_a_code_works_once(identity: Identity, operator: NewOperator) -> None:
    code = _code(operator, at=identity.clock.now())
    answers = [await identity.log_in(operator.email, password=operator.password, totp=code) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 401]


@pytest.mark.parametrize("code", ["000000", "12345", "abcdef", "١٢٣٤٥٦", "123456789012", " "])
async def test_a_wrong_code_is_refused(identity: Identity, operator: NewOperator, code: str) -> None:
    answer = await identity.log_in(operator.email, password=operator.password, totp=code)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


async def test_a_right_code_does_not_make_up_for_a_wrong_password(identity: Identity, operator: NewOperator) -> None:
    code = _code(operator, at=identity.clock.now())
    assert (await identity.log_in(operator.email, password="wrong", totp=code)).status_code == 401


async def test_wrong_codes_are_throttled(identity: Identity, operator: NewOperator) -> None:
    login = {"password": operator.password, "totp": "000000"}
    answers = [(await identity.log_in(operator.email, **login)).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


async def test_an_operator_without_second_factor_cannot_log_in(identity: Identity, operator: NewOperator) -> None:
    await identity.pool.execute(
        "update users set totp_secret = null where id = (select user_id from user_addresses where address = $1)",
        operator.email,
    )
    assert (await identity.log_in(operator.email, password=operator.password)).status_code == 401


async def test_the_second_factors_secret_is_sealed_in_the_database(identity: Identity, operator: NewOperator) -> None:
    stored = await identity.pool.fetchval(
        "select totp_secret from users join user_addresses on user_id = users.id where address = $1", operator.email
    )
    assert operator.totp_secret.encode() not in stored


async def test_an_address_with_an_account_becomes_no_operator(identity: Identity, operator: NewOperator) -> None:
    with pytest.raises(EmailTaken):
        await identity.application.users.create_operator(operator.email)
    with pytest.raises(InvalidEmailAddress):
        await identity.application.users.create_operator("nobody")


async def test_a_colleague_of_an_operator_does_not_join_the_operators(
    identity: Identity, operator: NewOperator
) -> None:
    member = await identity.join(f"jan@{operator.email.partition('@')[2]}")
    kind = await identity.pool.fetchval("select kind from environments where id = $1", member.environment_id)
    assert (kind, member.role) == ("customer", "administrator")
