"""A platform of the chaos tests' own: root, ports, links and processes that nobody else uses.

Started by the same supervisor code as `make up`, with every connection between parts going through the fault proxy.
`Place.run` is the running stage. Everything that a run leaves lies under its root.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from koerier.control import Control
from koerier.demo.stage import Stage, stage_of
from koerier.environment import PORTS, Environment
from koerier.paths import Layout, find_layout
from koerier.secrets_file import load_secrets
from koerier.servers.ports import free_ports, remember_ports
from koerier.supervisor.lock import AlreadyRunning
from koerier.supervisor.status import ProcessStatus, Status
from support.fault_proxy import FaultProxy, fault_proxy

from chaos.links import Wiring, link_names
from chaos.receivers import Receivers, receivers
from chaos.supervised import write_plan

END_SECONDS = 120.0
TESTS = Path(__file__).resolve().parents[1]
SETTINGS = {
    "DOCUMENTS_TRANSMISSION__PAUSES": "[1, 2, 4, 8, 15, 30, 60]",
    "DOCUMENTS_HOOKS__PAUSES": "[0.5, 1, 2, 4, 8, 15, 30, 60, 120]",
    "DOCUMENTS_HOOKS__TIMEOUT": "5",
    "BILLING_PAYMENTS__RECONCILE_SECONDS": "10",
    "SANDBOX_PEPPOL__SLOW_SECONDS": "3",
    "SANDBOX_PEPPOL__KEEP": "100000",
    "SANDBOX_PEPPOL__RETRY_SECONDS": "0.5",
}
"""Pauses of minutes and hours would outlast the run; which steps there are stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningStage:
    """The platform under test while it runs."""

    layout: Layout
    control: Control
    environment: Environment
    proxy: FaultProxy
    wiring: Wiring
    receivers: Receivers

    @property
    def demo(self) -> Stage:
        """What the demo's steps need to know of it."""
        return stage_of(self.layout, self.environment.ports)

    def status(self) -> Status:
        found = self.control.status()
        if found is None:
            raise RuntimeError("the supervisor of the platform under test has ended")
        return found

    def process(self, name: str) -> ProcessStatus:
        return self.status().process(name)

    def receiver_url(self, name: str) -> str:
        """Return a webhook address as documents is told it: through its link."""
        return f"http://127.0.0.1:{self.wiring.links['documents>receivers']}/{name}"

    @property
    def inbound_url(self) -> str:
        """Where an access point delivers; direct, as the caller's own network is not the subject."""
        return f"http://{self.environment.address('documents-api')}"


def prepare_root(root: Path) -> Layout:
    """Make a clone's root out of links to the real one; its downloads are shared, its data are not."""
    real = find_layout()
    root.chmod(0o755)  # PostgreSQL's account must pass, so that its data can lie on a small disk in here
    for name in ("deploy", "examples", "services", "shared"):
        (root / name).symlink_to(real.root / name)
    layout = Layout(root=root)
    layout.local.mkdir()
    for downloads in (real.cache, real.rules):
        downloads.mkdir(parents=True, exist_ok=True)
        (layout.local / downloads.name).symlink_to(downloads)
    return layout


def _choose_ports(layout: Layout) -> tuple[dict[str, int], Wiring, int, int]:
    """Take ports that nobody asks for by habit, so that another platform on this machine keeps the usual ones."""
    names = link_names()
    services = [name.partition(">")[0] for name in names if name.endswith(">kafka")]
    ports = free_ports(len(PORTS) + len(names) + len(services) + 2)
    own = dict(zip(PORTS, ports, strict=False))
    rest = ports[len(PORTS) :]
    links = dict(zip(names, rest, strict=False))
    rest = rest[len(names) :]
    wiring = Wiring(links=links, kafka_doors=dict(zip(services, rest, strict=False)))
    remember_ports(layout.ports_file, own)
    second_worker, receiving = rest[-2:]
    return own, wiring, second_worker, receiving


def _end(control: Control) -> None:
    """Stop the platform; one whose start failed is still being stopped by its own supervisor."""
    deadline = time.monotonic() + END_SECONDS
    while True:
        try:
            control.down()
        except AlreadyRunning:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return


@asynccontextmanager
async def running_stage(layout: Layout, *, seed: str = "") -> AsyncIterator[RunningStage]:
    """Start everything, and end all of it."""
    ports, wiring, second_worker, receiving = _choose_ports(layout)
    write_plan(layout, wiring, second_worker)
    environment = Environment(layout=layout, ports=ports, secrets=load_secrets(layout.secrets_file))
    control = Control(layout=layout, command=(sys.executable, "-m", "chaos.supervised"))
    async with (
        receivers(receiving, layout.local / "receivers.jsonl") as hooks,
        fault_proxy(wiring.targets(ports, receiving), seed=seed) as proxy,
    ):
        try:
            path = os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))
            variables = {**os.environ, **SETTINGS, "PYTHONPATH": path}
            status = await asyncio.to_thread(control.up, lambda _status: None, variables)
            if status.ports != ports:
                raise RuntimeError("another program took a port meanwhile: start again")
            yield RunningStage(
                layout=layout, control=control, environment=environment, proxy=proxy, wiring=wiring, receivers=hooks
            )
        finally:
            await proxy.heal()
            await asyncio.to_thread(_end, control)
