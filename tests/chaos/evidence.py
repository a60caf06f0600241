"""What the checkers read, as plain data: rows of the four databases, records of the topics, the receivers' log, the
payment provider's books, and the history of the load.

A checker takes an `Evidence` and returns `Violation`s; it asks no running part anything. So a loss or a leak can be
planted in a copy of the evidence to see the checker bite.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chaos.history import Exchange

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something that must not be. `about` names the thing, so that it is told once however often it is seen."""

    check: str
    about: str
    what: str

    def __str__(self) -> str:
        return f"{self.check}: {self.about}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a topic. `value` is None when it is not JSON."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: dict[str, str]
    value: Any

    @property
    def event_id(self) -> str:
        return self.headers.get("ce_id", "")

    @property
    def place(self) -> tuple[str, int, int]:
        return self.topic, self.partition, self.offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What somebody saw when they asked for something: by whom, of which environment, where, and which ids came."""

    reader: str
    environment: UUID
    path: str
    status: int
    body: Any


@dataclass(slots=True, kw_only=True)
class Evidence:
    """Everything that a run left. `rows` by `service.table`, `topics` by name in the order of the log."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    topics: dict[str, list[Record]] = field(default_factory=dict)
    calls: list[Row] = field(default_factory=list)
    trapped: list[str] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    history: list[Exchange] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    poison: set[tuple[str, int, int]] = field(default_factory=set)
    earlier_events: set[str] = field(default_factory=set)
    """Events from before the outboxes were remembered."""
    later_events: set[str] = field(default_factory=set)
    """Events that were committed while the stores were being read, because the platform did not become quiet."""
    cast: set[UUID] = field(default_factory=set)
    """The environments whose every request is in the history."""
    left: dict[str, int] = field(default_factory=dict)
    """What was not done when patience ended."""

    def of(self, kind: str) -> list[Exchange]:
        return [exchange for exchange in self.history if exchange.kind == kind]


Check = Callable[[Evidence], Iterable[Violation]]
