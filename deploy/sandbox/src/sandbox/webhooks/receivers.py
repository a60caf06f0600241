"""The customers' side of webhooks: named receivers, what they answer, and the calls they saw."""

import json
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from sandbox.bounded import Bounded
from sandbox.identifiers import millis
from sandbox.settings import WebhookSettings
from sandbox.texts import Text
from sandbox.webhooks.signatures import Verdict


class Behaviour(StrEnum):
    OK = "ok"
    SLOW = "slow"
    SERVER_ERROR = "500"
    GONE = "410"
    REDIRECT = "redirect"
    FLAKY = "flaky"


class Registration(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    secret: Text = Field(min_length=1, max_length=500)
    standard_secret: Text | None = Field(default=None, alias="standardSecret", max_length=500)
    behaviour: Behaviour = Behaviour.OK
    seconds: float | None = Field(default=None, ge=0, le=120)
    """How long `slow` takes; empty: the setting."""
    failures: int = Field(default=2, ge=0, le=20)
    """How often `flaky` refuses each message before it takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    received_at: datetime
    headers: tuple[tuple[str, str], ...]
    body: bytes
    econnect: Verdict
    standard: Verdict
    answered: int
    attempt: int

    def view(self) -> dict[str, Any]:
        text = self.body.decode(errors="replace")
        return {
            "receivedAt": millis(self.received_at),
            "headers": [{"name": name, "value": value} for name, value in self.headers],
            "body": text,
            "json": _as_json(text),
            "verdicts": {"econnect": self.econnect, "standard": self.standard},
            "answered": self.answered,
            "attempt": self.attempt,
        }


@dataclass(slots=True)
class Receiver:
    registration: Registration
    calls: deque[Call]
    attempts: Counter[str] = field(default_factory=Counter)


class Receivers:
    def __init__(self, settings: WebhookSettings) -> None:
        self.settings = settings
        self._receivers: Bounded[str, Receiver] = Bounded(settings.max_names)

    def register(self, name: str, registration: Registration) -> Receiver:
        """Set or replace how `name` behaves; its earlier calls stay."""
        receiver = self._receivers.get(name)
        if receiver is None:
            receiver = Receiver(registration, deque(maxlen=self.settings.keep_calls))
            self._receivers.put(name, receiver)
        receiver.registration = registration
        return receiver

    def get(self, name: str) -> Receiver | None:
        return self._receivers.get(name)

    def remove(self, name: str) -> bool:
        return self._receivers.remove(name) is not None


def _as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
