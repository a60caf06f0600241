"""Starts, watches and ends a supervisor in the background."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from koerier.paths import ROOT_VARIABLE, Layout
from koerier.servers.account import remove_directory
from koerier.servers.running import ProcessIdentity
from koerier.supervisor.leftovers import end_left_overs
from koerier.supervisor.lock import only_one
from koerier.supervisor.logs import LogFile, tail
from koerier.supervisor.spec import Health
from koerier.supervisor.status import ProcessStatus, Status, read_status

STOP_SECONDS = 90.0
LOCK_SECONDS = 5.0
START_SECONDS = 600.0  # a first start downloads
POLL_SECONDS = 0.1
Watch = Callable[[Status], None]


class NotUp(RuntimeError):
    """The platform is not up, or did not come up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One clone's supervisor, seen from outside."""

    layout: Layout
    command: tuple[str, ...] = (sys.executable, "-m", "koerier", "supervise")

    def status(self) -> Status | None:
        """Return the status while a supervisor runs, else None."""
        status = read_status(self.layout.status_file)
        return status if status and status.is_up() else None

    def up(self, watch: Watch, environment: dict[str, str]) -> Status:
        """Start a supervisor unless one runs, and wait until everything is healthy."""
        running = self.status()
        while running and running.state == "stopping":
            time.sleep(POLL_SECONDS)
            running = self.status()
        identity = running.supervisor if running else self._launch(environment)
        return self._wait_until_running(identity, watch)

    def _launch(self, environment: dict[str, str]) -> ProcessIdentity:
        log_file = self.layout.logs / "supervisor.log"
        log = LogFile(log_file)
        log.write(b"")  # creates the folder, moves a full file aside
        log.close()
        with log_file.open("ab") as output:
            process = subprocess.Popen(
                self.command,
                env={**environment, ROOT_VARIABLE: str(self.layout.root)},
                cwd=self.layout.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        identity = ProcessIdentity.of(process.pid)
        process.returncode = 0  # it outlives this process on purpose: nobody waits for it here
        if identity is None:
            raise NotUp(self._why_it_ended())
        return identity

    def _wait_until_running(self, identity: ProcessIdentity, watch: Watch) -> Status:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            status = read_status(self.layout.status_file)
            mine = status is not None and status.supervisor == identity
            if status and mine:
                watch(status)
                if status.state == "running":
                    return status
                if status.state == "failed":
                    raise NotUp(status.failure)
            if not identity.is_running():
                raise NotUp(self._why_it_ended())
            time.sleep(POLL_SECONDS)
        raise NotUp(f"not everything was healthy after {START_SECONDS:.0f} s: see `koerier status`")

    def _why_it_ended(self) -> str:
        lines = "\n".join(tail(self.layout.logs / "supervisor.log", 15))
        return f"the supervisor ended. The end of {self.layout.logs / 'supervisor.log'}:\n{lines}"

    def down(self) -> bool:
        """Stop the supervisor and all that it runs; tell whether one ran."""
        status = self.status()
        if status is None:
            # nobody runs: clear what a killed one may have left
            with only_one(self.layout.lock_file, patience=LOCK_SECONDS):
                end_left_overs(read_status(self.layout.status_file))
            return False
        status.supervisor.end((signal.SIGTERM,), seconds=STOP_SECONDS)
        end_left_overs(read_status(self.layout.status_file))
        return True

    def reset(self) -> None:
        """Stop everything, delete the data and forget the ports; what was downloaded stays."""
        self.down()
        with only_one(self.layout.lock_file, patience=LOCK_SECONDS):
            for folder in self.layout.data.glob("*"):
                remove_directory(folder)
            remove_directory(self.layout.data)
            remove_directory(self.layout.gateway_storage)
            remove_directory(self.layout.logs)
            for file in (self.layout.secrets_file, self.layout.ports_file, self.layout.status_file):
                file.unlink(missing_ok=True)

    def restart(self, name: str, *, seconds: float = 120.0) -> ProcessStatus:
        """End one process politely and wait until its successor is ready."""
        before = self._process(name)
        if before.one_shot or before.identity is None:
            raise NotUp(f"{name} is not running: there is nothing to restart")
        before.identity.end((signal.Signals(before.stop_signal),), seconds=30)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            process = self._process(name)
            if process.identity not in {None, before.identity} and process.health is Health.READY:
                return process
            time.sleep(POLL_SECONDS)
        raise NotUp(f"{name} was not ready again after {seconds:.0f} s: see `koerier logs {name}`")

    def _process(self, name: str) -> ProcessStatus:
        status = self.status()
        if status is None:
            raise NotUp("the platform is not up: start it with `make up`")
        try:
            return status.process(name)
        except KeyError:
            known = ", ".join(process.name for process in status.processes)
            raise NotUp(f"there is no process {name}; there are {known}") from None
