"""Real processes in milliseconds: a parent that has imported a module once forks a child for each one asked for.

The children are processes like any other (own pid, own memory, own sockets), so they can be killed and frozen. Run as
`python -m support.nursery <module>`: each line on stdin is a JSON object `{"env": {…}, "argv": […], "log": path}`, the
answer is the child's pid; the child calls `<module>.main()`. When stdin ends, all children are killed.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Child:
    """A running process."""

    pid: int
    log: Path

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    @property
    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def wait(self, seconds: float = 15.0) -> bool:
        """Wait for its end, and tell whether it came."""
        deadline = time.monotonic() + seconds
        while self.alive and time.monotonic() < deadline:
            time.sleep(0.01)
        return not self.alive

    def kill(self) -> None:
        """End it with SIGKILL and wait for that."""
        with contextlib.suppress(ProcessLookupError):
            self.send(signal.SIGKILL)
        self.wait()


@dataclass(slots=True)
class Nursery:
    """Starts children; those that still live are killed at the end."""

    process: "subprocess.Popen[str]"
    logs: Path
    children: list[Child] = field(default_factory=list)
    environments: list[Mapping[str, str]] = field(default_factory=list)

    def start(self, argv: Sequence[str], env: Mapping[str, str]) -> Child:
        log = self.logs / f"{len(self.children):03}-{argv[0]}.log"
        log.touch()
        request = {"env": dict(env), "argv": list(argv), "log": str(log)}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        child = Child(pid=int(self.process.stdout.readline()), log=log)
        self.children.append(child)
        self.environments.append(env)
        return child

    def kill_all(self) -> None:
        for child in self.children:
            child.kill()


@contextlib.contextmanager
def nursery(module: str, logs: Path) -> Iterator[Nursery]:
    """Run a nursery of `module`; its children write their output to files in `logs`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "support.nursery", module],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    made = Nursery(process=process, logs=logs)
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield made
    finally:
        made.kill_all()
        assert process.stdin
        process.stdin.close()
        process.wait(10)
        assert process.stdout
        process.stdout.close()


def _serve(module: Any) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended children leave no zombie, so that they are seen to be gone
    children: list[int] = []
    print("ready", flush=True)  # noqa: T201 - the protocol
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(module, request)
        children.append(pid)
        print(pid, flush=True)  # noqa: T201 - the protocol
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _become(module: Any, request: dict[str, Any]) -> None:
    """Be the child from here on."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(request["env"])
    sys.argv = [module.__name__, *request["argv"]]
    code = 1
    try:
        module.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(importlib.import_module(sys.argv[1]))
