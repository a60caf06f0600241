"""One process under supervision: prepared, started, watched, started again with back-off when it ends.

Guarantees: a run that ends is followed by another one, after 0.2 s the first time and up to 30 s later on; half a
minute of quiet running starts the count anew. The process is ended as a group, politely first. A process that cannot
get ready at all raises `StartFailed` with the end of its output.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from koerier.servers.process import Command, ServerFailed, parent_death_signal
from koerier.servers.running import ProcessIdentity
from koerier.supervisor.logs import Echo, LogFile, tail
from koerier.supervisor.spec import Health, ProcessSpec
from koerier.supervisor.status import ProcessStatus, now

BACK_OFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
QUIET_SECONDS = 30.0
TRIES_TO_START = 4
START_SECONDS = 180.0
FIRST_PROBE_SECONDS = 0.1
PROBE_SECONDS = 2.0
OUTPUT_GRACE_SECONDS = 1.0
TAIL_LINES = 25
Note = Callable[[str, int | None, int | None], None]
"""Told an event, the pid and the exit code."""


class StartFailed(Exception):
    """A process could not get ready."""


@dataclass(slots=True, kw_only=True)
class Managed:
    """Runs one spec until it is stopped; `status` is always current."""

    spec: ProcessSpec
    status: ProcessStatus
    log: LogFile
    echo: Echo
    note: Note
    changed: Callable[[], None]
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _process: asyncio.subprocess.Process | None = None
    _command: Command | None = None
    _provisioned: bool = False

    async def run(self) -> None:
        """Keep the process running until `stop`; a one-shot returns when it succeeded."""
        failures = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            exit_code = await self._run_once()
            if self._stopping.is_set():
                break
            if self.spec.one_shot and exit_code == 0:
                self._set(Health.DONE)
                self.ready.set()
                return
            failures = 0 if time.monotonic() - started > QUIET_SECONDS else failures
            failures += 1
            if not self.ready.is_set() and failures >= TRIES_TO_START:
                raise self._start_failed(f"exited with {exit_code}, {failures} times")
            await self._back_off(failures)
        self._set(Health.STOPPED)

    async def _run_once(self) -> int:
        """Prepare, start, watch; return the exit code."""
        self._set(Health.STARTING)
        try:
            if self.spec.prepare:
                await asyncio.to_thread(self.spec.prepare)
            self._command = await asyncio.to_thread(self.spec.command)
            if self._stopping.is_set():
                return -1
            self._process = await self._spawn(self._command)
        except (ServerFailed, OSError) as error:
            self._say(str(error))
            return -1
        output = asyncio.create_task(self._pump(self._process))
        watch = asyncio.create_task(self._watch())
        try:
            exit_code = await self._wait_or_fail(watch)
        finally:
            await _cancel(watch)
            self._kill_group()
        with contextlib.suppress(TimeoutError):  # a grandchild may hold the pipe
            await asyncio.wait_for(output, OUTPUT_GRACE_SECONDS)
        self.note("exited", self._process.pid, exit_code)
        if self.spec.after_stop:
            await asyncio.to_thread(self.spec.after_stop, exit_code)
        self.status.pid = self.status.created = None
        return exit_code

    async def _spawn(self, command: Command) -> asyncio.subprocess.Process:
        account = command.account
        process = await asyncio.create_subprocess_exec(
            *command.argv,
            env={**command.environment},
            cwd=command.working_directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=parent_death_signal(command.stop_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        identity = ProcessIdentity.of(process.pid)
        self.status.pid = process.pid
        self.status.created = identity.created if identity else None
        self.status.started_at = now()
        self.status.stop_signal = command.stop_signal
        self.note("started", process.pid, None)
        return process

    async def _wait_or_fail(self, watch: "asyncio.Task[None]") -> int:
        """Wait for the end of the process; a watch that gave up ends it."""
        if self._process is None:
            raise RuntimeError("nothing was started")
        end = asyncio.create_task(self._process.wait())
        try:
            await asyncio.wait({end, watch}, return_when=asyncio.FIRST_COMPLETED)
            if watch.done() and not end.done():
                await watch  # raises when it gave up
            return await end
        finally:
            await _cancel(end)

    async def _watch(self) -> None:
        """Follow the health of the process until it ends (then this is cancelled)."""
        if self.spec.one_shot:
            return
        deadline = time.monotonic() + START_SECONDS
        while True:
            if await self._serves():
                if self.status.health is not Health.READY:
                    self.note("ready", self.status.pid, None)
                self._set(Health.READY)
                self.ready.set()
            elif self.status.health is Health.READY:
                self.note("unready", self.status.pid, None)
                self._set(Health.UNREADY)
            elif not self.ready.is_set() and time.monotonic() > deadline:
                raise self._start_failed(f"was not ready after {START_SECONDS:.0f} s")
            settled = self.status.health in {Health.READY, Health.UNREADY}
            await asyncio.sleep(PROBE_SECONDS if settled else FIRST_PROBE_SECONDS)

    async def _serves(self) -> bool:
        if self.spec.probe and not await self.spec.probe():
            return False
        if self.spec.provision and not self._provisioned:
            try:
                await asyncio.to_thread(self.spec.provision)
            except ServerFailed as error:
                self._say(str(error))
                return False
            self._provisioned = True
        return True

    async def _back_off(self, failures: int) -> None:
        self.status.restarts += 1
        self._set(Health.RESTARTING)
        delay = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1]
        self.note("restarting", None, None)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), delay)

    async def _pump(self, process: asyncio.subprocess.Process) -> None:
        """Copy the output to the log by whole lines."""
        rest = b""
        while process.stdout is not None and (chunk := await process.stdout.read(65536)):
            self.log.write(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self.echo(self.spec.name, line)
        if rest:
            self.echo(self.spec.name, rest)

    async def stop(self) -> None:
        """End the process and return when it has ended."""
        self._stopping.set()
        process = self._process
        if process is None or self._command is None or process.returncode is not None:
            return
        self._signal(self._command.stop_signal)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), self._command.stop_seconds)
        self.kill()
        await process.wait()

    def kill(self) -> None:
        """End the process at once."""
        self._stopping.set()
        self._kill_group()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    def _kill_group(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _set(self, health: Health) -> None:
        if self.status.health is not health:
            self.status.health = health
            self.changed()

    def _say(self, text: str) -> None:
        for line in text.splitlines():
            self.log.write(f"{line}\n".encode())
            self.echo(self.spec.name, line.encode())

    def _start_failed(self, what: str) -> StartFailed:
        self._set(Health.FAILED)
        lines = "\n".join(f"  {line}" for line in tail(self.log.path, TAIL_LINES))
        return StartFailed(f"{self.spec.name} {what}. The end of {self.log.path}:\n{lines}")


async def _cancel(task: "asyncio.Task[object]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, StartFailed):
        await task
