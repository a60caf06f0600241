"""What the commands show: the status table, the progress of a start, logs."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from koerier.supervisor.spec import Health
from koerier.supervisor.status import ProcessStatus, Status

COLOURS = {
    Health.READY: "green",
    Health.DONE: "dim",
    Health.FAILED: "red",
    Health.RESTARTING: "red",
    Health.UNREADY: "yellow",
}
MEGABYTE = 1 << 20
FOLLOW_SECONDS = 0.2


def status_table(status: Status) -> Table:
    """Return the table of `make status`."""
    table = Table(title=f"{status.base_url} · {status.state}", title_justify="left", box=None, pad_edge=False)
    for column in ("name", "pid", "port", "health", "restarts", "memory", "uptime"):
        table.add_column(column, justify="left" if column in {"name", "health"} else "right")
    for process in status.processes:
        running = process.identity is not None
        table.add_row(
            process.name,
            str(process.pid or ""),
            str(process.port or ""),
            f"[{COLOURS.get(process.health, 'default')}]{process.health}[/]",
            str(process.restarts),
            f"{memory_bytes(process) / MEGABYTE:.0f} MB" if running else "",
            uptime(process) if running else "",
        )
    return table


def status_json(status: Status) -> str:
    """Return the whole status for programs, with what only the operating system knows."""
    document = asdict(status)
    for item, process in zip(document["processes"], status.processes, strict=True):
        item["memory_bytes"] = memory_bytes(process)
    return json.dumps(document, indent=2)


def memory_bytes(process: ProcessStatus) -> int:
    return process.identity.memory_bytes() if process.identity else 0


def uptime(process: ProcessStatus) -> str:
    if process.started_at is None:
        return ""
    seconds = int((datetime.now(UTC) - datetime.fromisoformat(process.started_at)).total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}"


@dataclass(slots=True)
class StartProgress:
    """Prints a line when a process gets ready or says how far a download is."""

    console: Console
    started: float = field(default_factory=time.monotonic)
    _shown: dict[str, str] = field(default_factory=dict)

    def __call__(self, status: Status) -> None:
        for process in status.processes:
            text = self._text(process)
            if text and self._shown.get(process.name) != text:
                self._shown[process.name] = text
                seconds = time.monotonic() - self.started
                self.console.print(f"[dim]{seconds:6.1f} s[/]  {process.name:<22} {text}", highlight=False)

    def _text(self, process: ProcessStatus) -> str:
        if process.health in {Health.READY, Health.DONE}:
            return f"[green]{process.health}[/]"
        if process.restarts:
            return f"[red]ended, try {process.restarts + 1}[/]"
        return process.detail


def follow(paths: dict[str, Path]) -> Iterator[tuple[str, str]]:
    """Yield lines as they are written to any of the logs, until interrupted."""
    positions = {name: path.stat().st_size if path.exists() else 0 for name, path in paths.items()}
    while True:
        for name, path in paths.items():
            size = path.stat().st_size if path.exists() else 0
            position = positions[name] if size >= positions[name] else 0  # it was rotated
            if size > position:
                with path.open("rb") as file:
                    file.seek(position)
                    data = file.read(size - position)
                whole = data[: data.rfind(b"\n") + 1]
                for line in whole.decode("utf-8", "replace").splitlines():
                    yield name, line
                position += len(whole)
            positions[name] = position
        time.sleep(FOLLOW_SECONDS)
