"""Runs a process table: starts it in order, keeps it running, stops it in the reverse order.

Guarantees: a process starts when all that it waits for is ready; one that ends is started again with back-off; on
SIGTERM, SIGINT or SIGHUP everything is stopped, dependents first, and a second signal ends all of it at once. When a
process cannot get ready during the start, everything is stopped and the status file says why.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from koerier.supervisor.logs import Echo, LogFile
from koerier.supervisor.managed import Managed, StartFailed
from koerier.supervisor.spec import ProcessSpec, check_table, stop_levels
from koerier.supervisor.status import ProcessStatus, Status, write_status

WRITE_SECONDS = 0.1
IMPATIENT_EXIT_CODE = 130
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Owns the processes of one table and the status file."""

    specs: Sequence[ProcessSpec]
    status: Status
    status_file: Path
    logs: Path
    echo: Echo
    _managed: dict[str, Managed] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> bool:
        """Run until told to stop; tell whether it was a clean run."""
        check_table(list(self.specs))
        self._managed = {spec.name: self._manage(spec) for spec in self.specs}
        self._listen()
        writer = asyncio.create_task(self._write_changes())
        tasks = [asyncio.create_task(self._run_one(spec)) for spec in self.specs]
        try:
            await self._start_and_wait(tasks)
        finally:
            self._set_state("failed" if self.status.failure else "stopping")
            await self._stop_all(tasks)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            self._set_state("failed" if self.status.failure else "stopped")
            write_status(self.status_file, self.status)
        return not self.status.failure

    def stop(self) -> None:
        """Begin to stop; asked a second time, end everything at once."""
        if self._stop.is_set():
            for managed in self._managed.values():
                managed.kill()
            os._exit(IMPATIENT_EXIT_CODE)  # not even a download in a thread is waited for
        self._stop.set()

    def _manage(self, spec: ProcessSpec) -> Managed:
        status = ProcessStatus(name=spec.name, one_shot=spec.one_shot, port=spec.port)
        self.status.processes.append(status)

        def note(event: str, pid: int | None, exit_code: int | None) -> None:
            self.status.add_event(spec.name, event, pid=pid, exit_code=exit_code)
            self._changed.set()

        return Managed(
            spec=spec,
            status=status,
            log=LogFile(self.logs / f"{spec.name}.log"),
            echo=self.echo,
            note=note,
            changed=self._changed.set,
        )

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self.stop)

    async def _run_one(self, spec: ProcessSpec) -> None:
        for name in spec.after:
            await self._managed[name].ready.wait()
        await self._managed[spec.name].run()

    async def _start_and_wait(self, tasks: "list[asyncio.Task[None]]") -> None:
        """Wait for the order to stop, or for a process that cannot start."""
        stop = asyncio.create_task(self._stop.wait())
        started = asyncio.create_task(self._wait_until_ready())
        pending: set[asyncio.Task[object]] = {stop, started, *tasks}
        try:
            while not stop.done():
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    self._take_result(task)
                if self.status.failure:
                    return
        finally:
            stop.cancel()
            started.cancel()

    def _take_result(self, task: "asyncio.Task[object]") -> None:
        try:
            task.result()
        except StartFailed as error:
            self.status.failure = str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, stop all of it and say why
            self.status.failure = f"the supervisor itself failed: {error!r}"

    async def _wait_until_ready(self) -> None:
        await asyncio.gather(*(managed.ready.wait() for managed in self._managed.values()))
        self._set_state("running")

    async def _stop_all(self, tasks: "list[asyncio.Task[None]]") -> None:
        for task, spec in zip(tasks, self.specs, strict=True):
            if not any(event.process == spec.name for event in self.status.events):
                task.cancel()  # it still waits for its predecessors
        for level in stop_levels(list(self.specs)):
            await asyncio.gather(*(self._managed[name].stop() for name in level))
        await asyncio.gather(*tasks, return_exceptions=True)
        for managed in self._managed.values():
            managed.log.close()

    def _set_state(self, state: str) -> None:
        self.status.state = state
        self._changed.set()

    async def _write_changes(self) -> None:
        """Write the status file after changes, at most ten times a second."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            write_status(self.status_file, self.status)
            await asyncio.sleep(WRITE_SECONDS)
