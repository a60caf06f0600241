"""Scenario `validation-memory`: does a process that validates stay as large as it is, whatever it is sent?"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.report import Options, Outcome, Table
from bench.validation.growth import KINDS
from bench.validation.processes import run_module

_DOCUMENTS = {"mixed": 100_000, "hostile": 20_000}
_QUICK_DOCUMENTS = {"mixed": 2_000, "hostile": 400}
_MIXED = (
    "invoices of 5, 30 and 200 lines, one in 100 with element names never seen before, and our samples of all types and"
    " several countries with random changes"
)
_HOSTILE = (
    "every document with 300 element names never seen before, a party's elements below one of them, countries at random"
)
_SHOWN_PARTS = 4  # start, each quarter


def run(options: Options) -> Outcome:
    counts = _QUICK_DOCUMENTS if options.quick else _DOCUMENTS
    figures = {kind: _measured(kind, counts[kind]) for kind in KINDS}
    tables = [_table(kind, figures[kind], counts[kind]) for kind in KINDS]
    notes = [
        "the whole validation by our engine in one process: parsing, schema, rules, explanations",
        f"mixed: {_MIXED}",
        f"hostile: {_HOSTILE}",
        *(f"{kind}: {figures[kind]['megabytes']:.0f} MB of documents; {_outcomes(figures[kind])}" for kind in KINDS),
    ]
    return Outcome(tables=tables, notes=notes, figures=figures)


def _measured(kind: str, count: int) -> dict[str, Any]:
    print(f"validating {count:,} {kind} documents", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        reply = Path(folder) / "reply"
        run_module("bench.validation.growth", [kind, str(count), str(reply)])
        figures: dict[str, Any] = json.loads(reply.read_text(encoding="utf-8"))
    return figures


def _table(kind: str, figures: Mapping[str, Any], count: int) -> Table:
    shown = [count * part // _SHOWN_PARTS for part in range(_SHOWN_PARTS + 1)]
    rss = {int(number): value for number, value in figures["rss_mb"].items()}
    rows = [[f"{number:,}", f"{rss[number]:.1f} MB", f"{rss[number] - rss[0]:+.1f} MB"] for number in shown]
    head = ("documents validated", "memory in use", "since the start")
    return Table(title=f"Memory of one process that validates {count:,} {kind} documents", head=head, rows=rows)


def _outcomes(figures: Mapping[str, Any]) -> str:
    return ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(figures["outcomes"].items()))
