"""The processes that measure engines: start one, tell it what to do, read what it measured."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

from bench.machine import ROOT
from bench.report import BenchFailed

_SHOWN = 2000
_STOP_SECONDS = 30


class EngineProcess:
    """A process with one engine, as long as the context lasts.

    What it prints is kept and shown when it fails; nothing of it stays when the context ends.
    """

    def __init__(self, engine: str) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        self._output: IO[bytes] = tempfile.TemporaryFile()
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        argv = [sys.executable, "-m", "bench.validation.child", self._engine, str(commands), str(answers)]
        self._started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            argv, cwd=ROOT, pass_fds=(commands, answers), stdout=self._output, stderr=self._output
        )
        os.close(commands)
        os.close(answers)
        self._incoming = os.fdopen(self._answers, encoding="utf-8")
        return self

    def start(self, stylesheets: Mapping[str, str], documents: Mapping[str, str], first: str) -> dict[str, float]:
        """Wait until the first document is decided and return how long that took since the process was started."""
        wanted = {"stylesheets": dict(stylesheets), "documents": dict(documents), "first": first}
        figures: dict[str, float] = self.ask("start", **wanted, started=self._started)
        return figures

    def ask(self, command: str, **arguments: Any) -> Any:
        try:
            os.write(self._commands, (json.dumps({"command": command, **arguments}) + "\n").encode())
            line = self._incoming.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise BenchFailed(f"the process of {self._engine} died at {command}:\n{self._said()}")
        return json.loads(line)

    def _said(self) -> str:
        self._process.wait(_STOP_SECONDS)
        self._output.seek(0)
        return self._output.read().decode(errors="replace")[-_SHOWN:]

    def __exit__(self, *_: object) -> None:
        os.close(self._commands)  # the end of its commands is the end of its work
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._incoming.close()
        self._output.close()


def run_module(module: str, arguments: Sequence[str]) -> None:
    """Run a module of ours to its end; `BenchFailed` with what it said when it fails."""
    with tempfile.TemporaryFile() as output:
        argv = [sys.executable, "-m", module, *arguments]
        code = subprocess.run(argv, cwd=ROOT, stdout=output, stderr=output, check=False).returncode  # noqa: S603 - ourselves
        if code != 0:
            output.seek(0)
            said = output.read().decode(errors="replace")[-_SHOWN:]
            raise BenchFailed(f"{module} ended with {code}:\n{said}")


def stylesheet_paths(names: Sequence[str]) -> Mapping[str, Path]:
    """Find the official stylesheets that `make rules` fetched."""
    from documents.adapters.rules.lock import default_directory, fetched  # noqa: PLC0415 - measured processes lack it
    from documents.domain.findings import RulesUnavailable  # noqa: PLC0415

    try:
        files = fetched(default_directory())
        return {name: files.stylesheet(name).path for name in names}
    except RulesUnavailable as error:
        raise BenchFailed(error.detail) from error
