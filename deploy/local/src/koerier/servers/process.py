"""Start and stop one server process.

Guarantees: the child is ended by the kernel when the thread that started it ends (Linux), so start children from a
thread that lives as long as they should; the child leads a process group of its own, so Ctrl-C in a terminal reaches
only the supervisor. Stopping escalates from the polite signal to SIGKILL of the whole group.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from koerier.servers.account import Account

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """All that is needed to start a process."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    working_directory: Path = Path("/")
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0


def parent_death_signal(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child calls before exec so that it gets the signal when its parent dies; None where unknown."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before the fork: nothing may allocate much after it
    parent = os.getpid()

    def in_child() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number.value, 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return in_child


def start(command: Command, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the command with its output in an open log file."""
    account = command.account
    return subprocess.Popen(
        command.argv,
        env={**command.environment},
        cwd=command.working_directory,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=parent_death_signal(command.stop_signal),  # noqa: PLW1509 - one prctl call, safe in a forked child
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def stop(process: subprocess.Popen[bytes], command: Command) -> int:
    """End the process and whatever is left of its group; return the exit code."""
    if process.poll() is None:
        process.send_signal(command.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(command.stop_seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def run_to_end(command: Command) -> None:
    """Run a short command; raise with its output when it fails."""
    account = command.account
    result = subprocess.run(
        command.argv,
        env={**command.environment},
        cwd=command.working_directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if result.returncode != 0:
        output = result.stdout.decode(errors="replace").strip()
        raise ServerFailed(f"{Path(command.argv[0]).name} exited with {result.returncode}: {output}")


class ServerFailed(RuntimeError):
    """A server could not be prepared, started or reached."""
