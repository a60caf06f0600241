"""Identity in one process for tests: HTTP through ASGI, events handed to its consumers, mail kept instead of sent.

Tests share a database per module and never clean it: each works with e-mail domains of its own (`new_domain`).
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx2
from cryptography.fernet import Fernet
from identity.adapters.passwords import open_hasher
from identity.application.app import Application
from identity.application.ports import OutgoingMail
from identity.bootstrap import SERVICE, Outside, compose
from identity.domain.email_address import EmailAddress
from identity.settings import Settings
from shared.database.migrations import migrate
from shared.database.pool import open_pool
from shared.http.app import HttpKit
from shared.http.security import TokenVerifier
from shared.ids import new_id
from shared.messaging.consumer import EventConsumer
from shared.messaging.job_runner import JobRunner

from support.events import Record
from support.identity_company import Company, Member

PASSWORD = "vier losse woorden samen 9"
SEALING_KEY = Fernet.generate_key().decode()


def migrate_identity(owner_dsn: str) -> None:
    """Be one function for all modules, so that one template serves them."""
    migrate(owner_dsn, SERVICE.migrations)


def settings_for(dsn: str, **sections: Any) -> Settings:
    given: dict[str, Any] = {
        "postgres": {"dsn": dsn, "max_connections": 12},
        "kafka": {"bootstrap_servers": "nowhere:9092"},
        "secrets": {"key": SEALING_KEY},
        "projection_patience_ms": 0,
        **sections,
    }
    return Settings(**given)


def new_domain() -> str:
    """Return a domain that no other test registers with."""
    return f"acme-{new_id().hex[-12:]}.example"


@dataclass(slots=True)
class MovableClock:
    """The machine's time, shifted as far as a test wants."""

    shift: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass(slots=True)
class MailDrop:
    """Takes the mails that would go out; `fail` makes the next ones raise."""

    mails: list[OutgoingMail] = field(default_factory=list)
    fail: Exception | None = None

    async def send(self, mail: OutgoingMail) -> None:
        if self.fail is not None:
            raise self.fail
        self.mails.append(mail)

    def to(self, address: str) -> list[OutgoingMail]:
        canonical = str(EmailAddress.parse(address))
        return [mail for mail in self.mails if mail.to == canonical]

    def templates_to(self, address: str) -> list[str]:
        return [mail.template for mail in self.to(address)]

    def link_token(self, address: str) -> str:
        """Return the token of the newest link that went to the address."""
        link = next(str(mail.context["link"]) for mail in reversed(self.to(address)) if "link" in mail.context)
        return parse_qs(urlsplit(link).query)["token"][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An event that waits in the outbox."""

    type: str
    topic: str
    key: str
    sequence: int
    data: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Identity:
    """The service under test, with the doors through which the outside reaches it."""

    application: Application
    pool: Any
    http: httpx2.AsyncClient
    clock: MovableClock
    mail: MailDrop
    verifier: TokenVerifier
    consumers: dict[str, EventConsumer[Any]]
    runner: JobRunner

    async def consume(self, *records: Record) -> None:
        """Hand the records, one by one, to the consumers of their topics."""
        for record in records:
            await self.consumers[record.topic].apply([record])

    async def run_jobs(self) -> None:
        """Run jobs until none is due."""
        while await self.runner._step():
            await asyncio.gather(*self.runner._tasks)
            await self.runner._settle()

    async def request_link(self, email: str, **fields: Any) -> str:
        """Ask for a registration and return the token of the mailed link."""
        answer = await self.http.post("/identity/v1/registrations", json={"email": email, **fields})
        assert answer.status_code == 202, answer.text
        await self.run_jobs()
        return self.mail.link_token(email)

    async def complete(self, token: str, **fields: Any) -> httpx2.Response:
        body = {
            "token": token,
            "password": PASSWORD,
            "firstName": "Jan",
            "lastName": "Jansen",
            "termsAccepted": True,
            **fields,
        }
        return await self.http.post("/identity/v1/registrations/completion", json=body)

    async def log_in(self, email: str, **fields: Any) -> httpx2.Response:
        body = {"email": email, "password": PASSWORD, **fields}
        return await self.http.post("/identity/v1/sessions", json=body)

    async def join(self, email: str) -> Member:
        """Register with the address and log in."""
        done = await self.complete(await self.request_link(email))
        assert done.status_code == 201, done.text
        session = (await self.log_in(email)).json()
        return Member(
            id=UUID(done.json()["userId"]),
            environment_id=UUID(done.json()["environmentId"]),
            role=done.json()["role"],
            email=email,
            headers={"Authorization": f"Bearer {session['accessToken']}"},
            refresh_token=session["refreshToken"],
        )

    async def activate_organization(self, owner: Member) -> Company:
        """Tell identity of an active organization that the owner administers."""
        company = Company(owner=owner)
        await self.consume(company.added(), company.activated(), company.member_added(owner))
        return company

    async def issue_key(self, owner: Member, organization_id: UUID, **fields: Any) -> dict[str, Any]:
        body = {"organizationId": str(organization_id), "label": "Boekhouding", **fields}
        answer = await self.http.post("/identity/v1/connection-keys", json=body, headers=owner.headers)
        assert answer.status_code == 201, answer.text
        issued: dict[str, Any] = answer.json()
        return issued

    async def request_token(self, key: dict[str, Any], **fields: Any) -> httpx2.Response:
        form = {
            "grant_type": "client_credentials",
            "scope": "ap",
            "client_id": key["clientId"],
            "client_secret": key["clientSecret"],
            **fields,
        }
        return await self.http.post("/connect/token", data=form)

    async def published(self, subject: UUID) -> list[Published]:
        """Return the events about an aggregate, in the order in which they were written."""
        rows = await self.pool.fetch(
            "select topic, key, headers, payload from outbox where headers ->> 'ce_subject' = $1 order by id",
            str(subject),
        )
        return [
            Published(
                type=row["headers"]["ce_type"],
                topic=row["topic"],
                key=row["key"],
                sequence=int(row["headers"]["ce_sequence"]),
                data=json.loads(row["payload"]),
            )
            for row in rows
        ]


@asynccontextmanager
async def running_identity(dsn: str, **sections: Any) -> AsyncIterator[Identity]:
    """Run the service on a migrated database."""
    settings = settings_for(dsn, **sections)
    clock, mail = MovableClock(), MailDrop()
    async with open_pool(settings.postgres, application_name="tests") as pool, open_hasher() as hasher:
        application = compose(settings, pool, Outside(clock=clock, hasher=hasher, transport=mail))
        verifier = TokenVerifier(settings.tokens, fetch=application.tokens.published_keys)
        await verifier.refresh()
        kit = HttpKit(service="identity", base_url=settings.public.base_url, token_verifier=verifier)
        app = SERVICE.create_http(application, kit)
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://identity.test") as http:
            yield Identity(
                application=application,
                pool=pool,
                http=http,
                clock=clock,
                mail=mail,
                verifier=verifier,
                consumers={consumer.topic.name: consumer for consumer in SERVICE.build_consumers(application)},
                runner=JobRunner(pool, SERVICE.build_jobs(application), service="identity"),
            )


def html_fields(html: str) -> set[str]:
    """Return the names of the form fields on a page."""
    return set(re.findall(r'name="(\w+)"', html))
