"""Name the commit and the machine that figures were measured on: without them a figure means nothing."""

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    measured_at: str
    commit: str
    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str
    load: float
    """The load average when measuring began: other work on the machine shows in the figures."""

    def __str__(self) -> str:
        return (
            f"commit {self.commit}, {self.measured_at}; {self.cores} cores {self.processor}, {self.memory_gb} GB, "
            f"{self.system}, Python {self.python}, load {self.load} at the start"
        )


def this_machine() -> Machine:
    return Machine(
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=_commit(),
        processor=_processor(),
        cores=os.cpu_count() or 0,
        memory_gb=round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        system=_system(),
        python=platform.python_version(),
        load=round(os.getloadavg()[0], 1),
    )


def _commit() -> str:
    """Return the commit's short name, marked when files differ from it."""
    commit = _git("rev-parse", "--short", "HEAD") or "unknown"
    return f"{commit} with uncommitted changes" if _git("status", "--porcelain") else commit


def _git(*arguments: str) -> str:
    try:
        result = subprocess.run(  # noqa: S603 - git, with our own arguments
            ("git", *arguments),  # noqa: S607 - the user's own git
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""  # no git, or not a clone: the figures are still worth having
    return result.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _system() -> str:
    try:
        return str(platform.freedesktop_os_release()["PRETTY_NAME"])
    except (OSError, KeyError):
        return platform.platform()
