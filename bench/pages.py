"""Writes the results into docs/performance.md, and the plots beside it: the newest run of every scenario.

Guarantees: only what stands between the two marks of the page changes; every table says which commit, machine, load and
options it was measured with, and a quick run says so. A scenario without a run says that it has none. A full run is
preferred to a newer quick one.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.machine import ROOT
from bench.plots import Line, Plot, svg
from bench.report import RESULTS

PAGE = ROOT / "docs" / "performance.md"
PLOTS = ROOT / "docs" / "performance"
BEGIN, END = "<!-- results: written by `python -m bench report` -->", "<!-- end of results -->"
Result = Mapping[str, Any]


def write_pages() -> list[Path]:
    """Write everything that there are figures for, and return what was written."""
    results = newest(_read(RESULTS.glob("*.json")))
    written = [PAGE, *_write_plots(results)]
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(replaced(page, results_text(results)), encoding="utf-8")
    return written


def _read(files: Iterable[Path]) -> list[Result]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(files)]


def newest(results: Iterable[Result]) -> dict[str, Result]:
    """Choose one run per scenario, of runs in order of age: the latest full one, else the latest."""
    chosen: dict[str, Result] = {}
    for result in results:
        before = chosen.get(result["scenario"])
        if before is None or not result["options"]["quick"] or before["options"]["quick"]:
            chosen[result["scenario"]] = result
    return chosen


def replaced(page: str, results: str) -> str:
    """Put the results between the marks; raises ValueError on a page without them."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has no place for results")
    return f"{before}{BEGIN}\n\n{results}\n{END}{after}"


def results_text(results: Mapping[str, Result]) -> str:
    """Write a section per scenario, in the order of their names."""
    return "\n".join(_section(name, results[name]) for name in sorted(results))


def _section(name: str, result: Result) -> str:
    machine, options = result["machine"], result["options"]
    how = "QUICK, not to be quoted" if options["quick"] else f"middle of {options['repeat']} runs"
    where = f"{machine['cores']} cores {machine['processor']}, load {machine['load']} at the start"
    lines = [f"### {name}", "", f"{how}; commit {machine['commit']}, {machine['measured_at'][:16]}Z, {where}.", ""]
    for table in result["tables"]:
        lines += [*markdown(table["title"], table["head"], table["rows"]), ""]
    return "\n".join([*lines, *(f"- {note}" for note in result["notes"]), ""])


def markdown(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a table as Markdown."""
    return [
        f"*{title}*",
        "",
        "| " + " | ".join(_cell(each) for each in head) + " |",
        "|" + "---|" + "---:|" * (len(head) - 1),
        *("| " + " | ".join(_cell(each) for each in row) + " |" for row in rows),
    ]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _write_plots(results: Mapping[str, Result]) -> list[Path]:
    PLOTS.mkdir(parents=True, exist_ok=True)
    written = []
    for name, plot in plots(results).items():
        path = PLOTS / f"{name}.svg"
        path.write_text(svg(plot), encoding="utf-8")
        written.append(path)
    return written


def plots(results: Mapping[str, Result]) -> dict[str, Plot]:
    """Return the plots that there are figures for: cost against stored volume, latency against load."""
    found = {}
    if "growth" in results:
        found["growth"] = _growth(results["growth"])
    if results.get("accept", {}).get("figures", {}).get("by_rate"):
        found["latency"] = _latency(results["accept"])
    return found


def _growth(result: Result) -> Plot:
    costs = result["figures"]["costs"]
    levels = sorted({cost["stored"] for cost in costs})

    def line(name: str, part: str) -> Line:
        return Line(name=name, points=[(level, _middle(costs, level, part)) for level in levels])

    return Plot(
        title="Cost per document against stored documents" + _quick(result),
        across="documents stored",
        up="processor time per document, ms",
        lines=[line("in all", "total"), line("process", "process"), line("PostgreSQL", "database")],
        logarithmic=True,
    )


def _middle(costs: Sequence[Mapping[str, Any]], level: int, part: str) -> float:
    of_level = sorted(float(cost[part]) for cost in costs if cost["stored"] == level)
    return of_level[(len(of_level) - 1) // 2]


def _latency(result: Result) -> Plot:
    by_rate = result["figures"]["by_rate"]
    lines = [Line(name=name, points=[(each["rate"], each[name]) for each in by_rate]) for name in ("p50", "p90", "p99")]
    return Plot(
        title="Latency of send against load" + _quick(result),
        across="documents offered per second",
        up="ms, through the gateway",
        lines=lines,
    )


def _quick(result: Result) -> str:
    return " (quick run)" if result["options"]["quick"] else ""
