"""Prometheus and its tools: from the PATH, or from Debian's packages, unpacked into the clone's cache.

Guarantees: nothing is installed on the machine; apt's own signatures say that a package is Debian's. Where there is
neither apt nor a Prometheus on the PATH, `ServerFailed` says what is missing: nothing else of the platform needs them.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from koerier.servers.ports import LOOPBACK
from koerier.servers.process import Command, ServerFailed

PACKAGES = ("prometheus", "prometheus-alertmanager", "prometheus-node-exporter")
CONFIGURATION = Path("deploy/observability/prometheus")
SCRAPE_SECONDS = 15
_FETCH_SECONDS = 300
Progress = Callable[[str], None]
Targets = Sequence[Mapping[str, Any]]
"""What a file of Prometheus' file-based service discovery holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringTools:
    """The programs."""

    prometheus: Path
    promtool: Path
    amtool: Path
    node_exporter: Path


def monitoring_tools(cache: Path, progress: Progress) -> MonitoringTools:
    """Return the programs, fetching Debian's packages when the PATH has them not."""
    found = _on_path()
    if found:
        return found
    folder = cache / "monitoring"
    if not folder.exists():
        unfinished = Path(tempfile.mkdtemp(prefix="monitoring-", dir=_made(cache)))
        try:
            _fetch(unfinished, cache / "apt", progress)
            _move(unfinished / "unpacked", folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    programs = folder / "usr" / "bin"
    return MonitoringTools(
        prometheus=programs / "prometheus",
        promtool=programs / "promtool",
        amtool=programs / "amtool",
        node_exporter=programs / "prometheus-node-exporter",
    )


def _on_path() -> MonitoringTools | None:
    names = ("prometheus", "promtool", "amtool", "prometheus-node-exporter")
    places = [shutil.which(name) or shutil.which(name.removeprefix("prometheus-").replace("-", "_")) for name in names]
    paths = [Path(place) for place in places if place]
    if len(paths) < len(names):
        return None
    return MonitoringTools(prometheus=paths[0], promtool=paths[1], amtool=paths[2], node_exporter=paths[3])


def _fetch(folder: Path, apt: Path, progress: Progress) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise ServerFailed(
            "neither prometheus, promtool, amtool and node_exporter on the PATH, nor apt to get them with"
        )
    progress(f"Debian's {', '.join(PACKAGES)}")
    try:
        _run(["apt-get", "-o", "APT::Sandbox::User=root", "download", *PACKAGES], folder)
    except ServerFailed:  # no lists of packages, or old ones
        options = _own_lists(apt)
        _run(["apt-get", *options, "update"], folder)
        _run(["apt-get", *options, "download", *PACKAGES], folder)
    for package in folder.glob("*.deb"):
        _run(["dpkg-deb", "--extract", str(package), str(folder / "unpacked")], folder)


def _own_lists(apt: Path) -> list[str]:
    """Return the options by which apt keeps its lists here, as a user may not write the machine's."""
    for name in ("lists/partial", "cache/archives/partial"):
        (apt / name).mkdir(parents=True, exist_ok=True)
    places = {"Dir::State::lists": apt / "lists", "Dir::Cache": apt / "cache", "APT::Sandbox::User": "root"}
    return [word for name, value in places.items() for word in ("-o", f"{name}={value}")]


def _run(argv: Sequence[str], folder: Path) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            argv, cwd=folder, env=environment, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServerFailed(f"{argv[0]} could not be run: {error}") from error
    if done.returncode:
        raise ServerFailed(f"{argv[0]} {argv[-1]} failed: {done.stderr.strip()[-500:]}")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _move(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:
        if not target.exists():  # else another process did it meanwhile
            raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus:
    """A Prometheus with the repository's configuration that scrapes `targets`, by name of their file."""

    tools: MonitoringTools
    root: Path
    directory: Path
    port: int
    targets: Mapping[str, Targets]
    scrape_seconds: int = SCRAPE_SECONDS

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def prepare(self) -> None:
        """Lay the configuration and the targets into the server's own folder."""
        source = self.root / CONFIGURATION
        (self.directory / "targets").mkdir(parents=True, exist_ok=True)
        for name, targets in self.targets.items():
            (self.directory / "targets" / f"{name}.json").write_text(json.dumps(targets), encoding="utf-8")
        text = (source / "prometheus.yml").read_text(encoding="utf-8")
        text = text.replace(f"_interval: {SCRAPE_SECONDS}s", f"_interval: {self.scrape_seconds}s")
        text = text.replace("rules/*.yml", str(source.resolve() / "rules" / "*.yml"))
        (self.directory / "prometheus.yml").write_text(text, encoding="utf-8")

    def command(self) -> Command:
        """Return how to run it; what it stores is kept for two days."""
        return Command(
            argv=(
                str(self.tools.prometheus),
                f"--config.file={self.directory / 'prometheus.yml'}",
                f"--storage.tsdb.path={self.directory / 'data'}",
                "--storage.tsdb.retention.time=2d",
                f"--web.listen-address={LOOPBACK}:{self.port}",
                "--log.level=warn",
            ),
            environment={"PATH": os.defpath, "HOME": str(self.directory)},
            working_directory=self.directory,
        )

    def is_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/-/ready", timeout=2).status_code == httpx2.codes.OK
        except httpx2.TransportError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeExporter:
    """Tells how full the machine's file systems are; its other collectors are left out."""

    tools: MonitoringTools
    port: int

    def command(self) -> Command:
        ignored = (
            "^(autofs|binfmt_misc|bpf|cgroup2?|debugfs|devpts|devtmpfs|fusectl|mqueue|nsfs|proc|pstore|sysfs|tracefs)$"
        )
        return Command(
            argv=(
                str(self.tools.node_exporter),
                "--collector.disable-defaults",
                "--collector.filesystem",
                f"--collector.filesystem.fs-types-exclude={ignored}",
                f"--web.listen-address={LOOPBACK}:{self.port}",
            ),
            environment={"PATH": os.defpath},
        )
