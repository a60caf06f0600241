"""Scenario `validation-memory`: does our engine's process stay as large as it is, over 100,000 documents?"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.report import BenchFailed, Options, Outcome, Table
from bench.validation.engines import OURS, description, lacking
from bench.validation.processes import run_module

_DOCUMENTS = 100_000
_QUICK_DOCUMENTS = 2_000
_SHOWN_PARTS = 4  # start, each quarter


def run(options: Options) -> Outcome:
    if reason := lacking(OURS):
        raise BenchFailed(f"{OURS}: {reason}")
    count = _QUICK_DOCUMENTS if options.quick else _DOCUMENTS
    print(f"validating {count:,} documents", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        reply = Path(folder) / "reply"
        run_module("bench.validation.growth", [OURS, str(count), str(reply)])
        figures = json.loads(reply.read_text(encoding="utf-8"))
    return Outcome(tables=[_table(figures, count)], notes=_notes(figures), figures=figures)


def _table(figures: Mapping[str, Any], count: int) -> Table:
    shown = [count * part // _SHOWN_PARTS for part in range(_SHOWN_PARTS + 1)]
    rss = {int(number): value for number, value in figures["rss_mb"].items()}
    rows = [[f"{number:,}", f"{rss[number]:.1f} MB", f"{rss[number] - rss[0]:+.1f} MB"] for number in shown]
    head = ("documents validated", "memory in use", "since the start")
    return Table(title=f"Memory of one process that validates {count:,} documents", head=head, rows=rows)


def _notes(figures: Mapping[str, Any]) -> list[str]:
    lengths = ", ".join(f"{count:,} of {lines} lines" for lines, count in figures["lengths"].items())
    return [
        description(OURS),
        f"documents: {lengths}; one in 100 with element names never seen before",
        f"refused by a rule: {figures['refused']}; without a verdict of this engine: {figures['without_verdict']}",
    ]
