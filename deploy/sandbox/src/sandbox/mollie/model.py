"""Payments, customers and mandates of the simulated payment provider, and the state that they live in."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sandbox.bounded import Bounded
from sandbox.faults import FaultSwitch
from sandbox.journal import Journal, Kept
from sandbox.settings import MollieSettings


class Status(StrEnum):
    OPEN = "open"
    PENDING = "pending"
    PAID = "paid"
    CANCELED = "canceled"
    EXPIRED = "expired"
    FAILED = "failed"


FINAL = frozenset({Status.PAID, Status.CANCELED, Status.EXPIRED, Status.FAILED})


@dataclass(slots=True, kw_only=True)
class WebhookTry:
    at: datetime
    status: int | None
    error: str | None


@dataclass(slots=True, kw_only=True)
class Payment:
    id: str
    token: str
    created_at: datetime
    currency: str
    value: str
    description: str
    method: str | None
    metadata: Any
    redirect_url: str | None
    cancel_url: str | None
    webhook_url: str | None
    locale: str | None
    sequence_type: str
    customer_id: str | None
    mandate_id: str | None
    expires_at: datetime
    status: Status = Status.OPEN
    changed_at: datetime | None = None
    holder: str | None = None
    account: str | None = None
    charged_back: bool = False
    webhook_tries: list[WebhookTry] = field(default_factory=list)
    calls_owed: int = 0
    """Webhook calls that were neither taken nor given up yet."""

    @property
    def is_final(self) -> bool:
        return self.status in FINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    id: str
    created_at: datetime
    name: str | None
    email: str | None
    locale: str | None
    metadata: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    id: str
    customer_id: str
    created_at: datetime
    status: str
    method: str
    holder: str
    account: str
    reference: str | None
    signature_date: str


class WebhookMode(StrEnum):
    NORMAL = "normal"
    DUPLICATE = "duplicate"
    LATE = "late"
    OUT_OF_ORDER = "outOfOrder"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Replay:
    request_hash: str
    status: int
    body: dict[str, Any]


class Provider:
    """All state of the payment provider. The journal keeps it, but for the fault and the webhook mode of a test."""

    def __init__(self, settings: MollieSettings, journal: Journal) -> None:
        self.settings = settings
        self.fault = FaultSwitch()
        self.payments = Kept(journal, "payment", Payment, settings.keep)
        self.customers = Kept(journal, "customer", Customer, settings.keep)
        self.mandates = Kept(journal, "mandate", Mandate, settings.keep)
        self.replays = Kept(journal, "replay", Replay, settings.keep)
        self.tokens: Bounded[str, str] = Bounded(settings.keep)
        for payment in reversed(list(self.payments.newest_first())):
            self.tokens.put(payment.token, payment.id)
        self.webhook_mode = WebhookMode.NORMAL
        self.webhook_seconds = 2.0

    def add(self, payment: Payment) -> None:
        self.payments.put(payment.id, payment)
        self.tokens.put(payment.token, payment.id)

    def by_token(self, token: str) -> Payment | None:
        payment_id = self.tokens.get(token)
        return self.payments.get(payment_id) if payment_id else None

    def mandates_of(self, customer_id: str) -> list[Mandate]:
        return [mandate for mandate in self.mandates.newest_first() if mandate.customer_id == customer_id]

    def expiry(self, created_at: datetime) -> datetime:
        return created_at + timedelta(seconds=self.settings.expiry_seconds)


def fingerprint(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
