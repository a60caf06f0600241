"""What a scenario hands back, how it is shown, and where it is kept.

Guarantees: the JSON file holds every figure of the tables and more, beside the machine and the options; it appears as
a whole.
"""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

from bench.machine import ROOT, Machine

RESULTS = ROOT / "bench" / "results"
_WIDTH = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`repeat` is the number of runs whose middle one counts."""

    quick: bool
    repeat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    tables: Sequence[Table]
    notes: Sequence[str]
    figures: Mapping[str, Any]


class BenchFailed(Exception):
    """Nothing was measured, and why."""


def show(outcome: Outcome) -> None:
    """Print the tables, in the form that documentation can take over."""
    console = Console(width=None if os.isatty(1) else _WIDTH)
    for table in outcome.tables:
        grid = RichTable(*table.head, title=table.title, title_justify="left", box=box.MARKDOWN)
        for column in grid.columns[1:]:
            column.justify = "right"
        for row in table.rows:
            grid.add_row(*row)
        console.print(grid)
    for note in outcome.notes:
        console.print(f"- {note}", highlight=False)


def keep(scenario: str, outcome: Outcome, *, machine: Machine, options: Options) -> Path:
    """Write the figures to `bench/results` and return the file."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    content = {
        "scenario": scenario,
        "machine": asdict(machine),
        "options": asdict(options),
        "tables": [asdict(table) for table in outcome.tables],
        "notes": list(outcome.notes),
        "figures": dict(outcome.figures),
    }
    target = RESULTS / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{scenario}.json"
    with tempfile.NamedTemporaryFile("w", dir=RESULTS, delete=False, encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    Path(file.name).rename(target)
    return target
