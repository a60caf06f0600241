"""What a supervisor that was killed may have left: processes of its table that still run.

Its children get a signal from the kernel when it dies (Linux); this ends those that took their time, or that run where
the kernel cannot do that. Only processes named by pid and moment of creation in the status file are touched.
"""

import signal
from concurrent.futures import ThreadPoolExecutor

from koerier.supervisor.status import ProcessStatus, Status

GRACE_SECONDS = 5.0


def end_left_overs(status: Status | None) -> list[str]:
    """End what still runs of a former table; return the names."""
    if status is None:
        return []
    running = [process for process in status.processes if process.identity and process.identity.is_running()]
    if running:
        with ThreadPoolExecutor(len(running)) as pool:
            list(pool.map(_end, running))
    return [process.name for process in running]


def _end(process: ProcessStatus) -> None:
    if process.identity:
        process.identity.end((signal.Signals(process.stop_signal),), seconds=GRACE_SECONDS)
