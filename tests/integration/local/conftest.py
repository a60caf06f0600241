"""A platform of fake services under the real supervisor, as a process of its own."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from koerier.control import Control
from koerier.paths import Layout
from koerier.servers.account import remove_directory
from koerier.servers.ports import free_ports
from koerier.servers.running import ProcessIdentity
from koerier.supervisor.spec import Health
from koerier.supervisor.status import Event, ProcessStatus, Status, read_status

TESTS = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class FakePlatform:
    """One throw-away clone with a table of processes."""

    layout: Layout
    control: Control

    def up(self) -> Status:
        return self.control.up(lambda _: None, self.environment())

    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONWARNINGS": "default"}

    def status(self) -> Status:
        status = read_status(self.layout.status_file)
        assert status is not None
        return status

    def process(self, name: str) -> ProcessStatus:
        return self.status().process(name)

    def came_back(self, name: str, before: ProcessIdentity | None) -> bool:
        """Tell whether another process than before serves. Counting what was ready would count a slow probe as well."""
        process = self.process(name)
        return process.health is Health.READY and process.identity not in {None, before}

    def events(self, name: str) -> list[str]:
        return [event.event for event in self.events_of(name)]

    def events_of(self, name: str) -> list[Event]:
        return [event for event in self.status().events if event.process == name]

    def log(self, name: str) -> str:
        return (self.layout.logs / f"{name}.log").read_text()

    def wait_until(self, holds: Callable[[], bool], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, self.layout.status_file.read_text()
            time.sleep(0.05)


Table = list[dict[str, Any]]
MakePlatform = Callable[[Table], FakePlatform]


@pytest.fixture
def make_platform(tmp_path: Path) -> Iterator[MakePlatform]:
    """Yield a function that lays a table; whatever runs of it at the end of the test is ended."""
    made: list[FakePlatform] = []

    def make(table: Table) -> FakePlatform:
        layout = Layout(root=tmp_path / f"clone-{len(made)}")
        layout.local.mkdir(parents=True)
        file = layout.local / "table.json"
        file.write_text(json.dumps(table))
        command = (sys.executable, "-m", "support.fake_platform", str(file))
        made.append(FakePlatform(layout=layout, control=Control(layout=layout, command=command)))
        return made[-1]

    yield make
    for platform in made:
        platform.control.down()
        for folder in platform.layout.data.glob("*"):
            remove_directory(folder)


@pytest.fixture
def ports() -> Iterator[int]:
    """Yield as many free ports as a table needs, one by one."""
    return iter(free_ports(8))
