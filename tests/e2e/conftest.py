"""The whole platform as processes under the local supervisor, in a root of its own beside the clone's."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from koerier.demo.narrator import Narrator
from koerier.demo.platform import Platform
from koerier.demo.stage import Stage, stage_of
from koerier.paths import ROOT_VARIABLE, Layout, find_layout
from rich.console import Console

START_SECONDS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """A root with a platform in it; `run` gives one of the `koerier` commands."""

    layout: Layout

    def run(self, *arguments: str, timeout: float = START_SECONDS) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "koerier", *arguments],
            env={**os.environ, ROOT_VARIABLE: str(self.layout.root), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return found

    def process(self, name: str) -> dict[str, Any]:
        return next(process for process in self.status()["processes"] if process["name"] == name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="package")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """Yield a root with the clone's files and downloads, but data, ports and secrets of its own."""
    real = find_layout()
    root = tmp_path_factory.mktemp("clone")
    for name in ("deploy", "examples", "services", "shared"):
        (root / name).symlink_to(real.root / name)
    layout = Layout(root=root)
    layout.local.mkdir()
    for downloads in (real.cache, real.rules):
        downloads.mkdir(parents=True, exist_ok=True)
        (layout.local / downloads.name).symlink_to(downloads)
    made = Clone(layout=layout)
    yield made
    made.run("reset")


@pytest.fixture(scope="package")
def stage(clone: Clone) -> Stage:
    """Return the stage of a running platform."""
    up = clone.run("up")
    assert up.returncode == 0, up.stdout + up.stderr
    return stage_of(clone.layout, clone.status()["ports"])


@pytest.fixture
async def platform(stage: Stage) -> AsyncIterator[Platform]:
    reached = Platform(base_url=stage.base_url, ca_file=stage.ca_file, sandbox_url=stage.sandbox_url)
    yield reached
    await reached.close()


@pytest.fixture
def narrator() -> Narrator:
    return Narrator(console=Console(quiet=True))
