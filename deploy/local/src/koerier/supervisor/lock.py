"""One supervisor per clone: a file lock that the operating system drops with its holder, however that ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(RuntimeError):
    """Another supervisor holds this clone."""


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock, or raise `AlreadyRunning`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"a supervisor already runs for this clone ({path.parent.parent.parent}): "
                "see it with `koerier status`, end it with `koerier down`"
            ) from None
        yield
