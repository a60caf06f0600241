"""What operators do for environments: sharing a domain for good, and appointing an administrator."""

import json
from typing import Any
from uuid import UUID

import httpx2
import pyotp
import pytest
from shared.ids import new_id
from support.identity import Identity, new_domain
from support.identity_company import Member

REASON = "Asked for by the director, known address, extract of the register of today"
CONSENT = "Mail of the administrator of the other environment, filed under 2026-118"


@pytest.fixture
async def operator(identity: Identity) -> dict[str, str]:
    """Log an operator in and return their headers."""
    made = await identity.application.users.create_operator(f"op@{new_domain()}")
    code = _code(identity, made.totp_secret)
    session = await identity.log_in(made.email, password=made.password, totp=code)
    return {"Authorization": f"Bearer {session.json()['accessToken']}"}


def _code(identity: Identity, secret: str) -> str:
    return pyotp.TOTP(secret).at(int(identity.clock.now().timestamp()))


def _domain(member: Member) -> str:
    return member.email.partition("@")[2]


async def _share(
    identity: Identity, headers: dict[str, str], environment: UUID, domain: str, **fields: Any
) -> httpx2.Response:
    path = f"/identity/v1/operator/environments/{environment}/shared-domains"
    return await identity.http.post(path, json={"domain": domain, "reason": REASON, **fields}, headers=headers)


@pytest.mark.requirement("R3.4")
async def test_nobody_joins_a_shared_environment_by_their_domain_and_who_is_there_stays(
    identity: Identity, operator: dict[str, str]
) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    worker = await identity.join(f"worker@{_domain(boss)}")
    assert (await _share(identity, operator, boss.environment_id, _domain(boss).upper())).status_code == 201
    newcomer = await identity.join(f"new@{_domain(boss)}")
    assert newcomer.environment_id not in {boss.environment_id, worker.environment_id}
    assert newcomer.role == "administrator"
    assert (await identity.http.get("/identity/v1/me", headers=worker.headers)).status_code == 200
    created, changed = await identity.published(boss.environment_id)
    assert (created.data["state"]["shared"], changed.data["state"]["shared"]) == (False, True)
    assert (changed.type, changed.sequence) == ("identity.environment-changed.v1", 2)


@pytest.mark.requirement("R3.4")
async def test_nothing_undoes_it(identity: Identity, operator: dict[str, str]) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    await _share(identity, operator, boss.environment_id, _domain(boss))
    again = await _share(identity, operator, boss.environment_id, _domain(boss))
    assert again.status_code == 201
    assert len(await identity.published(boss.environment_id)) == 2
    document = (await identity.http.get("/identity/v1/openapi.json")).json()
    paths = [path for path in document["paths"] if "shared-domains" in path]
    assert [set(document["paths"][path]) for path in paths] == [{"post"}]


@pytest.mark.requirement("R6.7")
async def test_a_domain_of_another_environment_takes_its_consent(identity: Identity, operator: dict[str, str]) -> None:
    boss, other = await identity.join(f"boss@{new_domain()}"), await identity.join(f"boss@{new_domain()}")
    wanted = {"email": f"second@{_domain(other)}"}
    refused = await _share(identity, operator, boss.environment_id, _domain(other))
    assert (refused.status_code, refused.json()["code"]) == (422, "consent_required")
    own = await identity.http.post("/identity/v1/me/addresses", json=wanted, headers=boss.headers)
    assert own.json()["code"] == "domain_not_allowed"
    shared = await _share(identity, operator, boss.environment_id, _domain(other), consent=CONSENT)
    assert (shared.status_code, shared.json()["consent"]) == (201, CONSENT)
    own = await identity.http.post("/identity/v1/me/addresses", json=wanted, headers=boss.headers)
    assert own.status_code == 201
    colleague = await identity.join(f"colleague@{_domain(other)}")
    assert colleague.environment_id == other.environment_id


@pytest.mark.requirement("R6.7")
async def test_the_audit_log_of_the_environment_says_who_why_and_with_whose_consent(
    identity: Identity, operator: dict[str, str]
) -> None:
    boss, other = await identity.join(f"boss@{new_domain()}"), await identity.join(f"boss@{new_domain()}")
    await _share(identity, operator, boss.environment_id, _domain(other), consent=CONSENT)
    log = (await identity.http.get("/identity/v1/audit-log", headers=boss.headers)).json()["items"]
    act = log[0]
    assert (act["action"], act["reason"]) == ("domain.shared", REASON)
    assert act["details"] == {"domain": _domain(other), "consent": CONSENT}
    assert act["actorId"] != str(boss.id)


@pytest.mark.requirement("R3.9")
async def test_an_operator_appoints_an_administrator_where_none_is_left(
    identity: Identity, operator: dict[str, str]
) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    worker = await identity.join(f"worker@{_domain(boss)}")
    path = f"/identity/v1/operator/users/{worker.id}/appointment"
    assert (await identity.http.post(path, json={"reason": REASON}, headers=operator)).status_code == 204
    assert (await identity.http.get("/identity/v1/users", headers=worker.headers)).status_code == 200
    log = (await identity.http.get("/identity/v1/audit-log", headers=worker.headers)).json()["items"]
    assert (log[0]["action"], log[0]["subjectId"], log[0]["reason"]) == (
        "administrator.appointed",
        str(worker.id),
        REASON,
    )
    assert (await identity.http.post(path, json={"reason": REASON}, headers=operator)).status_code == 204
    again = (await identity.http.get("/identity/v1/audit-log", headers=worker.headers)).json()["items"]
    assert len(again) == len(log)


async def test_only_operators_do_it_and_always_with_a_reason(identity: Identity, operator: dict[str, str]) -> None:
    boss = await identity.join(f"boss@{new_domain()}")
    worker = await identity.join(f"worker@{_domain(boss)}")
    assert (await _share(identity, boss.headers, boss.environment_id, _domain(boss))).status_code == 403
    path = f"/identity/v1/operator/users/{worker.id}/appointment"
    assert (await identity.http.post(path, json={"reason": REASON}, headers=boss.headers)).status_code == 403
    for wrong in ({"reason": "x"}, {}, {"reason": REASON, "domain": "not a domain"}):
        body = {"domain": _domain(boss), **wrong}
        answer = await identity.http.post(
            f"/identity/v1/operator/environments/{boss.environment_id}/shared-domains", json=body, headers=operator
        )
        assert answer.status_code == 400, json.dumps(body)
    assert (await _share(identity, operator, new_id(), _domain(boss))).status_code == 404
    unknown = f"/identity/v1/operator/users/{new_id()}/appointment"
    assert (await identity.http.post(unknown, json={"reason": REASON}, headers=operator)).status_code == 404
