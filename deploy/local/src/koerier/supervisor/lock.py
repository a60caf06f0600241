"""One supervisor per clone: a file lock that the operating system drops with its holder, however that ends."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class AlreadyRunning(RuntimeError):
    """Another supervisor holds this clone."""


_POLL_SECONDS = 0.05


@contextmanager
def only_one(path: Path, *, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock, or raise `AlreadyRunning` after waiting for `patience` seconds.

    A killed supervisor has ended before the last of its threads has: until then the lock is still held.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    with path.open("a") as lock:
        while not _locked(lock):
            if time.monotonic() >= deadline:
                raise AlreadyRunning(
                    f"a supervisor already runs for this clone ({path.parent.parent.parent}): "
                    "see it with `koerier status`, end it with `koerier down`"
                )
            time.sleep(_POLL_SECONDS)
        yield


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
