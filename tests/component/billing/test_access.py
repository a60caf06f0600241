"""Whose billing a caller may see and change."""

from typing import Any
from uuid import UUID

import pytest
from shared.ids import new_id
from support.billing import Billing, Customer
from support.billing_facts import environment_created, key_issued, user_changed
from support.tokens import bearer, foreign_key, issue_token

READS = ["subscription", "balance", "transactions", "prices", "top-ups/019e0000-0000-7000-8000-000000000001"]
EVERYTHING: list[tuple[str, str, Any]] = [
    *(("GET", path, None) for path in READS),
    ("PUT", "subscription", {"plan": "basic"}),
    ("POST", "top-ups", {"amount": "50.00", "method": "ideal"}),
]


async def call(billing: Billing, headers: dict[str, str], method: str, path: str, body: Any) -> tuple[int, str]:
    answered = await billing.http.request(method, f"/billing/v1/{path}", json=body, headers=headers)
    return answered.status_code, answered.json().get("code", "")


@pytest.mark.parametrize(("method", "path", "body"), EVERYTHING)
async def test_nothing_is_answered_without_a_valid_token(billing: Billing, method: str, path: str, body: Any) -> None:
    customer = await billing.customer()
    claims: dict[str, Any] = {"sub": customer.administrator, "env": customer.environment}
    tokens = [
        "",
        "x.y.z",
        issue_token(**claims, expires_in=-60),
        issue_token(**claims, iss="https://elsewhere.example"),
        issue_token(**claims, aud="another"),
        issue_token(**claims, typ="JWT"),
        issue_token(**claims, key=foreign_key()),
    ]
    for token in tokens:
        headers = {"Authorization": f"Bearer {token}"}
        assert await call(billing, headers, method, path, body) == (401, "invalid_token")
    assert await call(billing, {}, method, path, body) == (401, "invalid_token")


@pytest.mark.parametrize(("method", "path", "body"), EVERYTHING)
async def test_a_token_without_the_scope_is_refused(billing: Billing, method: str, path: str, body: Any) -> None:
    customer = await billing.customer()
    headers = bearer(sub=customer.administrator, env=customer.environment, scope="ap documents:read")
    assert await call(billing, headers, method, path, body) == (403, "missing_scope")


@pytest.mark.parametrize(("method", "path", "body"), EVERYTHING)
@pytest.mark.parametrize("status", ["blocked", "removed", "invited"])
async def test_who_was_blocked_is_refused_at_once_whatever_the_token_says(
    billing: Billing, method: str, path: str, body: Any, status: str
) -> None:
    customer = await billing.customer()
    await billing.consume(user_changed(customer.administrator, customer.environment, status=status, sequence=2))
    assert await call(billing, customer.token, method, path, body) == (401, "credential_revoked")


async def test_a_user_of_another_environment_is_refused_in_this_one(billing: Billing) -> None:
    customer, stranger = await billing.customer(), await billing.customer()
    headers = bearer(sub=stranger.administrator, env=customer.environment)
    for method, path, body in EVERYTHING:
        assert await call(billing, headers, method, path, body) == (401, "credential_revoked")


async def test_a_role_holds_from_the_moment_its_event_is_applied_and_an_older_event_changes_nothing(
    billing: Billing,
) -> None:
    customer = await billing.customer()
    change = ("PUT", "subscription", {"plan": "professional"})
    await billing.consume(
        user_changed(customer.administrator, customer.environment, role="basic", sequence=3),
        user_changed(customer.administrator, customer.environment, role="administrator", sequence=2),
    )
    assert await call(billing, customer.token, *change) == (403, "administrator_required")
    await billing.consume(user_changed(customer.administrator, customer.environment, sequence=4))
    assert (await call(billing, customer.token, *change))[0] == 200


async def with_key(billing: Billing, customer: Customer, *, role: str = "administrator") -> UUID:
    key = new_id()
    await billing.consume(
        user_changed(customer.administrator, customer.environment, role=role, sequence=9),
        key_issued(key, customer.environment, user=customer.administrator),
    )
    return key


async def test_a_connection_key_reads_until_it_is_revoked(billing: Billing) -> None:
    customer = await billing.customer()
    key = await with_key(billing, customer)
    headers = bearer(sub=customer.administrator, env=customer.environment, azp=key)
    assert (await call(billing, headers, "GET", "balance", None))[0] == 200
    await billing.consume(
        key_issued(key, customer.environment, user=customer.administrator, status="revoked", sequence=2)
    )
    assert await call(billing, headers, "GET", "balance", None) == (401, "credential_revoked")


async def test_a_connection_key_of_another_environment_is_refused(billing: Billing) -> None:
    customer, stranger = await billing.customer(), await billing.customer()
    key = await with_key(billing, stranger)
    headers = bearer(sub=customer.administrator, env=customer.environment, azp=key)
    assert await call(billing, headers, "GET", "balance", None) == (401, "credential_revoked")


async def test_a_connection_key_never_changes_the_plan_and_buys_only_for_an_administrator(billing: Billing) -> None:
    customer = await billing.customer()
    key = await with_key(billing, customer)
    headers = bearer(sub=customer.administrator, env=customer.environment, azp=key)
    assert await call(billing, headers, "PUT", "subscription", {"plan": "basic"}) == (403, "person_required")
    order = ("POST", "top-ups", {"amount": "1.00", "method": "ideal"})
    assert (await call(billing, headers, *order))[0] == 202
    await billing.consume(user_changed(customer.administrator, customer.environment, role="advanced", sequence=10))
    assert await call(billing, headers, *order) == (403, "administrator_required")


async def test_a_test_environment_belongs_to_the_users_of_its_live_one(billing: Billing) -> None:
    live = await billing.customer()
    test = new_id()
    await billing.consume(environment_created(test, parent=live.environment))
    headers = bearer(sub=live.administrator, env=test)
    assert (await call(billing, headers, "PUT", "subscription", {"plan": "basic"}))[0] == 200
    other = await billing.customer()
    assert (await call(billing, bearer(sub=other.administrator, env=test), "GET", "balance", None))[0] == 401


async def test_an_operators_environment_has_no_account(billing: Billing) -> None:
    operators = new_id()
    await billing.consume(environment_created(operators, kind="operator"))
    assert await billing.pool.fetchval("select count(*) from accounts where environment_id = $1", operators) == 0
