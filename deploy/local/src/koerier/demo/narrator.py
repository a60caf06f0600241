"""Tells the demo on the terminal and keeps the score: what was checked, what held, how long each step took."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that had to be true."""

    step: str
    text: str
    held: bool
    found: str = ""


@dataclass(slots=True, kw_only=True)
class Narrator:
    """Prints steps, checks and events as they come; `passed` says whether every check held."""

    console: Console
    checks: list[Check] = field(default_factory=list)
    milliseconds: dict[str, float] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)
    _step: str = "start"

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(check.held for check in self.checks)

    @asynccontextmanager
    async def step(self, title: str) -> AsyncIterator[None]:
        """Announce a step and time it."""
        self._step = title
        self.console.rule(f"[bold]{title}")
        started = time.perf_counter()
        try:
            yield
        finally:
            self.milliseconds[title] = (time.perf_counter() - started) * 1000

    def check(self, text: str, held: bool, found: Any = "") -> None:  # noqa: FBT001 - reads as "check that … held"
        """Record one check; `found` is shown when it did not hold."""
        self.checks.append(Check(step=self._step, text=text, held=held, found=str(found)))
        mark = "[green]✓[/]" if held else "[red bold]✗[/]"
        self.console.print(
            f" {mark} {text}" + ("" if held else f"  [red](found: {found})"), highlight=False, soft_wrap=True
        )

    def say(self, text: str) -> None:
        self.console.print(f"   [dim]{text}", highlight=False)

    def event(self, moment: str, topic: str, event_type: str, key: str) -> None:
        self.console.print(
            f"   [cyan]{moment}[/] [blue]{topic:<28}[/] {event_type:<44} [dim]{key}", highlight=False, soft_wrap=True
        )

    def summary(self) -> Table:
        """Return the table at the end: figures first, then milliseconds per step."""
        table = Table(title="What happened", title_justify="left", show_header=False)
        for name, value in self.measures.items():
            table.add_row(name, value)
        table.add_section()
        for name, taken in self.milliseconds.items():
            table.add_row(name, f"{taken:,.0f} ms")
        table.add_section()
        held = sum(check.held for check in self.checks)
        table.add_row("checks", f"{held} of {len(self.checks)} held")
        return table
