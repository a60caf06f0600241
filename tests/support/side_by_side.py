"""The suite on several processes: files are shared out, and what belongs together stays together.

Each process has servers of its own (see `support.servers`). A file's tests run in one of them, in order, because they
share its databases; so do all files of the folders that are named here together, because they share what is expensive,
or because two whole platforms at a time are more than a small machine can hold.
"""

from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

TOGETHER = {"tests/chaos": "platforms", "tests/e2e": "platforms", "tests/contract/deploy": "deployment"}
_KEY = "servers_used"


class ByFile(LoadScopeScheduling):
    """Hands out whole files, or whole folders where those share what is expensive."""

    def _split_scope(self, nodeid: str) -> str:
        path = PurePosixPath(nodeid.partition("::")[0])
        return next((scope for folder, scope in TOGETHER.items() if path.is_relative_to(folder)), str(path))


class SideBySide:
    """Chooses the scheduler, and gathers what the processes tell about their servers."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Producer) -> ByFile:
        return ByFile(config, log)

    def pytest_testnodedown(self, node: WorkerController) -> None:
        told = getattr(node, "workeroutput", {})
        self._lines.extend(told.get(_KEY, ()))


def tell(session: pytest.Session, lines: list[str]) -> None:
    """Pass the lines on to the process that started this one, if one did."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_KEY] = lines
