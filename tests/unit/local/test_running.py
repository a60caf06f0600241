"""Processes that end at the moment when they are asked about."""

import os
import signal

import psutil  # type: ignore[import-untyped]
import pytest
from koerier.servers.running import ProcessIdentity


@pytest.mark.parametrize("question", ["create_time", "status"])
def test_process_that_ends_while_it_is_asked_about_does_not_run(monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    myself = ProcessIdentity.of(os.getpid())
    assert myself is not None
    assert myself.is_running()

    def gone(process: psutil.Process) -> None:
        raise psutil.NoSuchProcess(process.pid)

    monkeypatch.setattr(psutil.Process, question, gone)
    assert not myself.is_running()


def test_process_that_ends_before_its_signal_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    myself = ProcessIdentity.of(os.getpid())
    assert myself is not None

    def gone(process: psutil.Process) -> None:
        raise psutil.NoSuchProcess(process.pid)

    monkeypatch.setattr(psutil.Process, "create_time", gone)
    myself.end((signal.SIGTERM,), seconds=1)
    assert myself.memory_bytes() == 0
