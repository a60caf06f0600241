"""The supervisor's status file: what runs, how it is, and the latest events (starts, ends, restarts).

The file is always a whole one, replaced by rename. It says what its supervisor last knew: whether that one still runs
is asked of the operating system (`Status.is_up`), never believed.
"""

import json
import signal
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from koerier.servers.running import ProcessIdentity
from koerier.supervisor.spec import Health

MAX_EVENTS = 500


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(slots=True, kw_only=True)
class ProcessStatus:
    """One process as the supervisor sees it."""

    name: str
    one_shot: bool = False
    port: int | None = None
    pid: int | None = None
    created: float | None = None
    """The moment of the process's creation: it makes the pid unmistakable."""
    health: Health = Health.WAITING
    restarts: int = 0
    started_at: str | None = None
    stop_signal: int = signal.SIGTERM
    detail: str = ""
    """What it does while it is prepared, e.g. how far a download is."""

    @property
    def identity(self) -> ProcessIdentity | None:
        if self.pid is None or self.created is None:
            return None
        return ProcessIdentity(pid=self.pid, created=self.created)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a process."""

    at: str
    process: str
    event: str
    pid: int | None = None
    exit_code: int | None = None


@dataclass(slots=True, kw_only=True)
class Status:
    """Everything in the file."""

    supervisor: ProcessIdentity
    state: str = "starting"
    """starting, running, stopping, stopped or failed."""
    failure: str = ""
    base_url: str = ""
    root_certificate: str = ""
    started_at: str = field(default_factory=now)
    ports: dict[str, int] = field(default_factory=dict)
    processes: list[ProcessStatus] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def add_event(self, process: str, event: str, *, pid: int | None = None, exit_code: int | None = None) -> None:
        self.events.append(Event(at=now(), process=process, event=event, pid=pid, exit_code=exit_code))
        del self.events[:-MAX_EVENTS]

    def process(self, name: str) -> ProcessStatus:
        """Return one process; raises KeyError for an unknown name."""
        for process in self.processes:
            if process.name == name:
                return process
        raise KeyError(name)

    def is_up(self) -> bool:
        """Tell whether the supervisor that wrote this still runs."""
        return self.state not in {"stopped", "failed"} and self.supervisor.is_running()


def write_status(path: Path, status: Status) -> None:
    """Replace the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(status), indent=1), encoding="utf-8")
    unfinished.rename(path)


def read_status(path: Path) -> Status | None:
    """Read the file; None when no supervisor ever ran here or the file is not one of ours."""
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Status(
            **{
                **raw,
                "supervisor": ProcessIdentity(**raw["supervisor"]),
                "processes": [ProcessStatus(**{**item, "health": Health(item["health"])}) for item in raw["processes"]],
                "events": [Event(**item) for item in raw["events"]],
            }
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
