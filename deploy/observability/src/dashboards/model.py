"""What a dashboard is to us: rows of panels, each with its queries and with what to do when it looks bad."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a panel shows its queries: over time, stacked over time, as one number, as bars of now."""

    LINES = "lines"
    STACKED = "stacked"
    NUMBER = "number"
    BARS = "bars"


class Unit(StrEnum):
    """Grafana's names of units."""

    COUNT = "short"
    SECONDS = "s"
    SHARE = "percentunit"
    PER_SECOND = "ops"
    REQUESTS = "reqps"
    BYTES = "bytes"
    EUROS = "currencyEUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A PromQL expression and the name of each of its series."""

    expr: str
    legend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """`description` says what it shows and what to do when it looks bad; from `alarm` on it is red."""

    title: str
    description: str
    unit: Unit
    queries: tuple[Query, ...]
    kind: Kind = Kind.LINES
    width: int = 8
    alarm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """`uid` is its name in addresses and of its file; links in runbooks hang on it."""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
