"""Processes that run on this machine: the one module that asks the operating system about them.

A pid alone names nobody, as numbers are given out again; a process is known by its pid and its moment of creation.
"""

import contextlib
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessIdentity:
    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> "ProcessIdentity | None":
        """Identify a running process; None when it has ended."""
        try:
            return cls(pid=pid, created=psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return None

    def is_running(self) -> bool:
        """Tell whether exactly this process still runs (one that ended unreaped does not)."""
        process = self._process()
        with contextlib.suppress(psutil.NoSuchProcess):  # it may end while it is asked about
            return process is not None and process.status() != psutil.STATUS_ZOMBIE
        return False

    def memory_bytes(self) -> int:
        """Return the memory of the process with its children, shared pages counted once; 0 when it has ended."""
        process = self._process()
        if process is None:
            return 0
        total = 0
        with contextlib.suppress(psutil.Error):
            for member in (process, *process.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += _share_of(member)
        return total

    def end(self, signals: Sequence[signal.Signals], *, seconds: float) -> None:
        """Send one signal after another, waiting for the end after each; then SIGKILL."""
        for number in (*signals, signal.SIGKILL):
            process = self._process()
            if process is None:
                return
            with contextlib.suppress(psutil.Error):
                process.send_signal(number)
                process.wait(seconds)

    def arguments(self) -> list[str]:
        """Return the command line; empty when it has ended or may not be read."""
        process = self._process()
        try:
            return list(process.cmdline()) if process else []
        except psutil.Error:
            return []

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self.pid)
            created = process.create_time()
        except psutil.NoSuchProcess:
            return None
        return process if abs(created - self.created) < 1 else None  # a clock step moves both alike


def working_in(directory: Path) -> list[ProcessIdentity]:
    """Return the processes whose working directory this is, as far as this account may see."""
    found = [process.pid for process in psutil.process_iter(["cwd"]) if process.info["cwd"] == str(directory)]
    return [identity for pid in found if (identity := ProcessIdentity.of(pid))]


def _share_of(process: psutil.Process) -> int:
    """Return the proportional set size, which only Linux knows, or the resident one."""
    with contextlib.suppress(psutil.AccessDenied):
        return int(getattr(process.memory_full_info(), "pss", 0)) or int(process.memory_info().rss)
    return int(process.memory_info().rss)
