"""Identity as a stage: a company with people and connection keys, and everybody who should not get at them."""

import json
from io import BytesIO
from typing import Any
from uuid import UUID

import pyotp
from joserfc import jws
from PIL import Image
from shared.http.security import TokenVerifier

from support.access.judging import Callers, Policy, Stage
from support.access.operations import Samples
from support.access.tokens import header_for, odd, worthless
from support.identity import PASSWORD, Identity, new_domain
from support.identity_company import Member
from support.tokens import jwks

OPERATORS_ACTS = (
    "POST /identity/v1/operator/environments/{environment_id}/shared-domains",
    "POST /identity/v1/operator/users/{user_id}/appointment",
)
POLICY = Policy(
    public={
        "GET /.well-known/jwks.json": "public keys are public",
        "GET /.well-known/openid-configuration": "says where things are",
        "POST /connect/token": "the connection key in the form is the credential",
        "GET /identity/v1/key-exchange": "gives the caller's own header back; a connection key in it is checked",
        "POST /identity/v1/registrations": "who registers has no account yet; always answers the same",
        "GET /identity/v1/addresses/verification": "the mailed token is the credential; only shows a button",
        "POST /identity/v1/addresses/verification": "the mailed token is the credential",
        "POST /identity/v1/password-resets": "who lost the password has no other credential; always answers the same",
        "GET /identity/v1/password-resets/completion": "the mailed token is the credential; only shows a form",
        "POST /identity/v1/password-resets/completion": "the mailed token is the credential",
        "GET /identity/v1/registrations/completion": "the mailed token is the credential; only shows a form",
        "POST /identity/v1/registrations/completion": "the mailed token is the credential",
        "POST /identity/v1/sessions": "address and password are the credential",
        "POST /identity/v1/sessions/refresh": "the refresh token is the credential",
    },
    filters={"GET /identity/v1/connection-keys": "another environment's organization has no keys in one's own"},
    basic_may={
        "GET /api/v1/me": "one's own name",
        "GET /identity/v1/me": "one's own profile",
        "PATCH /identity/v1/me": "one's own profile",
        "GET /identity/v1/sessions": "one's own sessions",
        "DELETE /identity/v1/sessions/current": "one's own session",
        "DELETE /identity/v1/sessions/others": "one's own sessions",
        "GET /identity/v1/me/picture": "one's own picture",
        "PUT /identity/v1/me/picture": "one's own picture",
        "DELETE /identity/v1/me/picture": "one's own picture",
        "GET /identity/v1/me/addresses": "one's own addresses",
        "POST /identity/v1/me/addresses": "one's own addresses",
        "PUT /identity/v1/me/addresses": "one's own addresses",
        "POST /identity/v1/me/addresses/verification-link": "one's own addresses",
        "POST /identity/v1/me/second-factor": "one's own second factor",
        "POST /identity/v1/me/second-factor/confirmation": "one's own second factor",
        "POST /identity/v1/me/second-factor/recovery-codes": "one's own second factor",
        "POST /identity/v1/me/second-factor/removal": "one's own second factor",
    },
    operators_only=dict.fromkeys(OPERATORS_ACTS, "decides about others"),
    harmless=dict.fromkeys(
        (
            "email",
            "password",
            "token",
            "firstName",
            "lastName",
            "termsAccepted",
            "refreshToken",
            "label",
            "role",
            *("emails", "code", "domain", "reason", "consent", "name"),
        ),
        "chosen by the caller",
    ),
    settled={
        **dict.fromkeys(  # somebody else who may was first, and the address is theirs
            ("POST /identity/v1/users", "POST /identity/v1/invitations", "POST /identity/v1/me/addresses"),
            frozenset({409}),
        ),
        # The secret is known to its owner only: no code of it is right here.
        "POST /identity/v1/me/second-factor/confirmation": frozenset({401}),
        **dict.fromkeys(
            ("POST /identity/v1/me/second-factor/recovery-codes", "POST /identity/v1/me/second-factor/removal"),
            frozenset({409}),
        ),
    },
    unlisted={
        "GET /.well-known/oauth-authorization-server": "another name of openid-configuration",
        "GET /api/v1-beta/me": "another name of /api/v1/me",
        "GET /problems/{code}": "explains an error code",
        "GET /health/live": "for the supervisor; the gateway does not pass it on",
        "GET /health/ready": "for the supervisor; the gateway does not pass it on",
        "GET /metrics": "for Prometheus; the gateway does not pass it on",
        "GET /identity/v1/openapi.json": "the document itself",
    },
)


async def identity_stage(identity: Identity) -> Stage:
    """Return the stage; its verifier knows the tests' key besides identity's own."""
    await _trust_the_tests_key(identity)
    domain = new_domain()
    owner, basic = await identity.join(f"eigenaar@{domain}"), await identity.join(f"gewoon@{domain}")
    outsider = await identity.join(f"vreemd@{new_domain()}")
    company = await identity.activate_organization(owner)
    await identity.activate_organization(outsider)
    await identity.http.put("/identity/v1/me/picture", content=_picture(), headers=owner.headers)
    invited, waiting = await _invited(identity, owner), f"wachtend@{domain}"
    await identity.http.post("/identity/v1/me/addresses", json={"email": waiting}, headers=owner.headers)
    label = "Het geheime etiket"
    key = await identity.issue_key(owner, company.id, label=label)
    operator_id, by_operator = await _operator(identity)
    return Stage(
        service="identity",
        http=identity.http,
        app=identity.http._transport.app,  # type: ignore[attr-defined]
        samples=_samples(company.id, key, basic, _special(owner, invited, waiting, await _elsewhere(identity, owner))),
        callers=Callers(
            strangers={
                **worthless(sub=owner.id, env=owner.environment_id, token_id=_token_id(owner)),
                "revoked key": await _revoked_key(identity, owner, company.id),
                "a blocked user": await _blocked(identity, owner, f"geblokkeerd@{domain}"),
            },
            odd=odd(sub=owner.id, env=owner.environment_id, token_id=_token_id(owner)),
            foreigners={
                "a foreign administrator": outsider.headers,
                "an operator": header_for(sub=operator_id, env=owner.environment_id),
                "a foreigner who names the victim's environment": header_for(
                    sub=outsider.id, env=owner.environment_id, token_id=_token_id(outsider)
                ),
            },
            basic=basic.headers,
            rightful=_signed_by_tests(owner),
            operator=by_operator,
            rightful_for=dict.fromkeys(OPERATORS_ACTS, by_operator),
        ),
        policy=POLICY,
        marks=(str(company.id), key["id"], key["clientId"], key["clientSecret"], label, owner.email),
    )


async def _operator(identity: Identity) -> tuple[UUID, dict[str, str]]:
    """Return an operator's id and headers."""
    made = await identity.application.users.create_operator(f"op@{new_domain()}")
    code = pyotp.TOTP(made.totp_secret).now()
    session = (await identity.log_in(made.email, password=made.password, totp=code)).json()
    headers = {"Authorization": f"Bearer {session['accessToken']}"}
    me = await identity.http.get("/identity/v1/me", headers=headers)
    return UUID(me.json()["id"]), headers


async def _invited(identity: Identity, owner: Member) -> str:
    """Return the id of a user who has not followed their link."""
    body = {"email": f"uitgenodigd@{new_domain()}"}
    answer = await identity.http.post("/identity/v1/invitations", json=body, headers=owner.headers)
    return str(answer.json()["id"])


async def _elsewhere(identity: Identity, owner: Member) -> str:
    """Return a session of the owner's that is used for nothing else."""
    session = (await identity.log_in(owner.email)).json()
    headers = {"Authorization": f"Bearer {session['accessToken']}"}
    found = (await identity.http.get("/identity/v1/sessions", headers=headers)).json()["items"]
    return next(str(each["id"]) for each in found if each["current"])


def _special(owner: Member, invited: str, waiting: str, elsewhere: str) -> dict[str, dict[str, Any]]:
    """Return what single operations need: a user who is invited, an address that waits for its link, a session."""
    return {
        "DELETE /identity/v1/sessions/{session_id}": {"session_id": elsewhere},
        "POST /identity/v1/invitations": {"email": f"uitgenodigd@{new_domain()}"},
        "POST /identity/v1/users": {"email": f"toegevoegd@{new_domain()}"},
        "POST /identity/v1/users/{user_id}/activation-link": {"user_id": invited},
        "POST /identity/v1/me/addresses": {"email": f"nog-een@{owner.email.partition('@')[2]}"},
        "POST /identity/v1/me/addresses/verification-link": {"email": waiting},
        "PUT /identity/v1/me/addresses": {"emails": [owner.email, waiting]},
        "POST /identity/v1/me/second-factor": {"password": PASSWORD},
        "POST /identity/v1/me/second-factor/removal": {"password": PASSWORD},
    }


def _samples(organization: UUID, key: dict[str, Any], user: Member, special: dict[str, dict[str, Any]]) -> Samples:
    values = {
        "organizationId": str(organization),
        "key_id": key["id"],
        "user_id": str(user.id),
        "label": "Nog een",
        "role": "advanced",
        "email": f"nieuw@{new_domain()}",
        "password": "verkeerd wachtwoord",
        "token": "x" * 43,
        "firstName": "Jan",
        "lastName": "Jansen",
        "termsAccepted": True,
        "refreshToken": "x" * 43,
        "code": "000000",
        "name": "Acme Groep",
        "emails": [user.email],
        "environment_id": str(user.environment_id),
        "domain": new_domain(),
        "reason": "Gevraagd door de directeur, uittreksel van vandaag",
        "consent": "Bevestigd door de beheerder van de andere omgeving",
    }
    form = ("application/x-www-form-urlencoded", b"grant_type=client_credentials", frozenset[str]())
    picture = ("image/png", _picture(), frozenset[str]())
    bodies = {"POST /connect/token": form, "PUT /identity/v1/me/picture": picture}
    return Samples(values=values, bodies=bodies, special=special)


def _picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, format="PNG")
    return drawn.getvalue()


def _token_id(member: Member) -> str:
    """Return the id of the member's token, which names their session."""
    token = member.headers["Authorization"].partition(" ")[2]
    return str(json.loads(jws.extract_compact(token.encode()).payload)["jti"])


def _signed_by_tests(member: Member) -> dict[str, str]:
    """Return the header that all worthless tokens are variations of."""
    return header_for(sub=member.id, env=member.environment_id, token_id=_token_id(member))


async def _trust_the_tests_key(identity: Identity) -> None:
    verifier: TokenVerifier = identity.verifier
    published = verifier._fetch

    async def both() -> dict[str, Any]:
        return {"keys": [*(await published())["keys"], *jwks()["keys"]]}

    verifier._fetch = both
    await verifier.refresh()


async def _revoked_key(identity: Identity, owner: Member, organization: UUID) -> dict[str, str]:
    key = await identity.issue_key(owner, organization)
    token = (await identity.request_token(key)).json()["access_token"]
    path = f"/identity/v1/connection-keys/{key['id']}/revocation"
    assert (await identity.http.post(path, headers=owner.headers)).status_code == 200
    return {"Authorization": f"Bearer {token}"}


async def _blocked(identity: Identity, owner: Member, email: str) -> dict[str, str]:
    member = await identity.join(email)
    path = f"/identity/v1/users/{member.id}"
    assert (await identity.http.patch(path, json={"blocked": True}, headers=owner.headers)).status_code == 200
    return member.headers
