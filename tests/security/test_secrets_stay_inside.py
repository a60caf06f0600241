"""A representative day of the platform, with mistakes and faults, and then: what of its secrets was said, and where?"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx2
import pyotp
import pytest
import structlog
from aiosmtpd.smtp import SMTP
from identity.adapters.mail.rendering import MailRenderer
from identity.adapters.mail.smtp import SmtpTransport
from identity.settings import SmtpSettings
from opentelemetry import trace
from pydantic import TypeAdapter, ValidationError
from support.billing import API_KEY, Billing
from support.documents import INBOUND_TOKEN
from support.documents import World as Documents
from support.documents_facts import invoice
from support.documents_hooks import DOWN, put
from support.identity import PASSWORD, SEALING_KEY, Identity, new_domain
from support.identity_company import Company
from support.leaks import Keeper, Said, listening
from support.mollie import FakeMollie
from support.organizations import World as Organizations

FIRST, LAST = "Wilhelmina", "Achterbergsma"
HOLDER, IBAN = "W. Achterbergsma-Holder", "NL91ABNA0417164300"
HOOK_SECRET, STANDARD_SECRET = "hook-secret-31415", "whsec_" + "c2VjcmV0IG9mIHRoZSBob29rIG51bWJlciAy"


@pytest.fixture
async def day(
    identity: Identity,
    organizations: Organizations,
    documents: Documents,
    billing: Billing,
    mollie: FakeMollie,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[tuple[Said, Keeper]]:
    """Let everything happen once; yield what was said and what should not have been."""
    keeper = Keeper(personal={"first name": FIRST, "last name": LAST, "account holder": HOLDER, "iban": IBAN})
    keeper.keep(password=PASSWORD, sealing_key=SEALING_KEY, mollie_key=API_KEY, inbound_token=INBOUND_TOKEN)
    monkeypatch.setattr(logging.getLogger("mail.log"), "disabled", True)  # that of the tests' own mail server
    with listening() as said:
        for world in (identity, organizations, documents, billing):
            world.http.event_hooks = {"request": [], "response": [said.hear]}
        await _in_identity(identity, keeper)
        await _in_organizations(organizations)
        await _in_documents(documents, keeper)
        await _in_billing(billing, mollie)
        for number, world in enumerate((identity, organizations, documents, billing)):
            await said.read_outbox(world.pool)
            keeper.keep(**{f"database password {number}": _password_of(world.pool)})
        yield said, keeper


def _password_of(pool: Any) -> str:
    dsn = pool._connect_args[0]
    password = urlsplit(str(dsn)).password
    assert password
    return password


async def _in_identity(identity: Identity, keeper: Keeper) -> None:
    email = f"{FIRST}.{LAST}@{new_domain()}".lower()
    keeper.personal["address"] = email
    token = await identity.request_link(email)
    await identity.complete(token, password="kort")
    await identity.complete("x" * 43)
    assert (await identity.complete(token, firstName=FIRST, lastName=LAST)).status_code == 201
    await identity.run_jobs()
    await identity.log_in(email, password="een verkeerd wachtwoord")
    await identity.http.post("/identity/v1/sessions", json={"email": email, "password": {"nested": PASSWORD}})
    session = (await identity.log_in(email)).json()
    keeper.keep(link=token, access_token=session["accessToken"], refresh_token=session["refreshToken"])
    for _ in range(2):  # the second time it is stolen goods
        await identity.http.post("/identity/v1/sessions/refresh", json={"refreshToken": session["refreshToken"]})
    await _keys(identity, keeper)
    await _operator(identity, keeper)
    await _refused_mails(identity, email)
    await _faults(identity, email)


async def _keys(identity: Identity, keeper: Keeper) -> None:
    owner = await identity.join(f"owner@{new_domain()}")
    company = await identity.activate_organization(owner)
    key = await identity.issue_key(owner, company.id)
    keeper.keep(client_secret=key["clientSecret"], connection_key=key["key"])
    token = (await identity.request_token(key)).json()["access_token"]
    keeper.keep(machine_token=token, owner_token=owner.headers["Authorization"].partition(" ")[2])
    await identity.request_token(key, client_secret=key["clientSecret"][:-1] + "x")
    await identity.http.get("/identity/v1/key-exchange", headers={"Authorization": f"Bearer {key['key']}"})
    await identity.http.get("/identity/v1/key-exchange", headers={"Authorization": f"Bearer {key['key']}x"})
    path = f"/identity/v1/connection-keys/{key['id']}"
    again = await identity.http.post(f"{path}/regeneration", headers=owner.headers)
    keeper.keep(second_secret=again.json()["clientSecret"])
    await identity.http.post(f"{path}/regeneration", headers=owner.headers)
    await identity.http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})


async def _operator(identity: Identity, keeper: Keeper) -> None:
    operator = await identity.application.users.create_operator(f"op@{new_domain()}")
    keeper.keep(operator_password=operator.password, totp_secret=operator.totp_secret)
    code = pyotp.TOTP(operator.totp_secret).at(datetime.now(UTC))
    for totp in ("000000", code):
        answer = await identity.log_in(operator.email, password=operator.password, totp=totp)
    keeper.keep(operator_token=answer.json()["accessToken"])


class QuotingServer:
    """A mail server that refuses, and quotes whom and what."""

    def __init__(self, refusal: str) -> None:
        self.refusal = refusal

    async def handle_RCPT(self, _server: Any, _session: Any, _envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        return f"{self.refusal} no such user here: {address}"


async def _refused_mails(identity: Identity, email: str) -> None:
    """Let mail servers refuse, for now and for good; the real transport speaks with them."""
    for refusal in ("550 5.1.1", "451 4.7.1"):
        listener = await asyncio.get_running_loop().create_server(
            partial(SMTP, QuotingServer(refusal), hostname="mail.example"), "127.0.0.1", 0
        )
        settings = SmtpSettings(port=listener.sockets[0].getsockname()[1])
        renderer = MailRenderer(sender=settings.sender, host="localhost")
        transport = SmtpTransport(settings, renderer, host="localhost")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(type(identity.mail), "send", lambda _, mail, to=transport: to.send(mail))
            await identity.http.post("/identity/v1/registrations", json={"email": email})
            await identity.run_jobs()
        listener.close()


async def _faults(identity: Identity, email: str) -> None:
    """Let bugs happen that quote people: a constraint that names the row, a model that names its input.

    They happen where errors surface: in a request (a password is in the variables of its frames), a job, a reaction.
    """
    for fault in (await _violation(identity, email), _misfit()):
        identity.mail.fail = fault
        await identity.http.post("/identity/v1/registrations", json={"email": email})
        await identity.run_jobs()
        identity.mail.fail = None
        await _broken_reaction(identity, fault)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(type(identity.pool), "acquire", _raising(fault))
            assert (await identity.log_in(email)).status_code == 500


def _raising(fault: Exception) -> Callable[..., Any]:
    def broken(*_: Any, **__: Any) -> Any:
        raise fault

    return broken


async def _violation(identity: Identity, email: str) -> Exception:
    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        await identity.pool.execute("insert into user_addresses select * from user_addresses where address = $1", email)
    assert email in str(caught.value)
    return caught.value


def _misfit() -> Exception:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(int).validate_python(LAST)
    assert LAST in str(caught.value)
    return caught.value


async def _broken_reaction(identity: Identity, fault: Exception) -> None:
    company = Company(owner=await identity.join(f"owner@{new_domain()}"))
    record = company.added()
    consumer = identity.consumers[record.topic]
    before = await identity.pool.fetchval("select count(*) from dead_letters")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(consumer, "_projections", [(model, _raising(fault)) for model, _ in consumer._projections])
        await identity.consume(record)
    assert await identity.pool.fetchval("select count(*) from dead_letters") == before + 1


async def _in_organizations(organizations: Organizations) -> None:
    admin = await organizations.administrator()
    await organizations.person(admin.environment, name=(FIRST, LAST))
    added = await organizations.add(admin, "Voorbeeld B.V.")
    await organizations.settled(await organizations.start_activation(admin, added["id"]), holder=HOLDER)
    await organizations.active(admin, "Tweede B.V.")
    await organizations.http.get("/organizations/v1/organizations", headers={"Authorization": "Bearer x.y.z"})


async def _in_documents(documents: Documents, keeper: Keeper) -> None:
    keeper.keep(hook_secret=HOOK_SECRET, standard_secret=STANDARD_SECRET, fragment="in-the-fragment")
    sender, buyer = await documents.company(), await documents.company(receiving=True)
    made = await put(documents, buyer, secret=HOOK_SECRET, standardSecret=STANDARD_SECRET)
    await put(documents, buyer, action="https://hooks.example.test/x#in-the-fragment", id="second")
    generated = await put(documents, sender, topics=["InvoiceSent"])
    keeper.keep(generated_secret=generated["standardSecret"])
    documents.targets.answers += [DOWN]
    for content in (invoice(sender, buyer), b"<Invoice", b"<!DOCTYPE a><a/>"):
        await documents.send(sender, content)
    await documents.work()
    bad = {"action": f"https://u:{HOOK_SECRET}@hooks.example.test/", "topics": ["*"], "secret": HOOK_SECRET * 300}
    await documents.http.put(f"/api/v1/{buyer.party}/hook", json=bad, headers=buyer.by_key)
    await documents.http.get(f"/documents/v1/hooks/{made['id']}/deliveries", headers=buyer.by_person)
    wrong = {"Authorization": f"Bearer {INBOUND_TOKEN}x", "Content-Type": "application/xml"}
    await documents.http.post("/documents/v1/access-point/inbound", content=b"<a/>", headers=wrong)


async def _in_billing(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    order = await customer.order()
    mollie.fail = lambda _: httpx2.Response(401, json={"detail": "wrong key", "key": API_KEY})
    await customer.post("top-ups", {"amount": "10.00", "method": "ideal"})
    await billing.run_jobs()
    mollie.fail = None
    payment = mollie.with_reference(order["id"])
    await billing.webhook(mollie.pay(payment, holder=HOLDER, account=IBAN))
    await billing.run_jobs()
    await customer.post("top-ups", {"amount": "-1", "method": "ideal"})


async def test_no_secret_and_no_personal_data_is_said_where_it_must_not(day: tuple[Said, Keeper]) -> None:
    said, keeper = day
    kinds = [kind for kind, _, _ in said.places()]
    heard = {kind: kinds.count(kind) for kind in ("log", "trace", "event", "error")}
    assert min(heard.values()) >= 10, heard
    leaks = keeper.leaks(said)
    assert not leaks, "\n".join(leaks)
    await _planted_leaks_are_found(said, keeper)


async def _planted_leaks_are_found(said: Said, keeper: Keeper) -> None:
    """A leak of each kind is planted behind the real day: the scan above would have seen it."""
    secret = keeper.secrets["refresh_token"]
    structlog.get_logger("planted").info("planted", note=f"it was {secret}")
    with trace.get_tracer("planted").start_as_current_span("planted") as span:
        span.set_attribute("note", keeper.secrets["client_secret"])
    said.errors.append(f"500 {keeper.secrets['hook_secret']}")
    said.events.append(("documents.documents", keeper.personal["last name"]))
    said.events.append(("identity.users", keeper.secrets["password"]))
    said.events.append(("identity.users", keeper.personal["last name"]))  # allowed there
    found = keeper.leaks(said)
    assert [leak.partition(" in ")[0] for leak in found] == [
        "log: refresh_token",
        "trace: client_secret",
        "event: personal data (last name)",
        "event: password",
        "error: hook_secret",
    ]
