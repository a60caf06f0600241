"""The whole platform for measuring: what `make up` starts, in a root, on ports and with data of its own.

Its cast is prepared by the demo's own steps through the public API: a supplier with a key and credit, a buyer that
receives and has a webhook. Guarantees: everything is ended and deleted when the block ends; settings are the defaults.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from koerier.control import Control, NotUp
from koerier.demo.narrator import Narrator
from koerier.demo.platform import DemoStoppedError, Platform
from koerier.demo.stage import stage_of
from koerier.demo.steps.activate import activate
from koerier.demo.steps.add_organization import add_organizations
from koerier.demo.steps.credit import buy_credit
from koerier.demo.steps.exchange import issue_key
from koerier.demo.steps.members import add_member
from koerier.demo.steps.receiving import enable
from koerier.demo.steps.register import register
from koerier.demo.story import Company, Story, new_story
from koerier.environment import PORTS, Environment
from koerier.paths import Layout, find_layout
from koerier.secrets_file import load_secrets
from koerier.servers.account import remove_directory
from koerier.servers.ports import free_ports, remember_ports
from koerier.supervisor.status import Status
from rich.console import Console

from bench.report import BenchFailed

CREDIT = "100000.00"
RECEIVED = "InvoiceReceived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The platform while it runs; `webhook_port` is where the buyer's webhook calls go."""

    layout: Layout
    control: Control
    environment: Environment
    story: Story
    platform: Platform
    webhook_port: int

    @property
    def path(self) -> str:
        return f"/api/v1/{self.story.supplier.party}/salesInvoice/send"

    @property
    def through_gateway(self) -> str:
        return self.environment.base_url + self.path

    @property
    def direct(self) -> str:
        """Where the documents service itself takes documents, behind the gateway."""
        return f"http://{self.environment.address('documents-api')}{self.path}"

    @property
    def ca_file(self) -> str:
        return str(self.environment.gateway.root_certificate)

    def status(self) -> Status:
        found = self.control.status()
        if found is None:
            raise BenchFailed("the platform's supervisor has ended")
        return found

    async def token(self) -> str:
        """Exchange the supplier's key for a fresh access token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.story.client_id,
            "client_secret": self.story.client_secret,
            "scope": "ap",
        }
        found = await self.platform.expect(200, "POST", "/connect/token", data=form)
        return str(found["access_token"])


@contextmanager
def own_root() -> Iterator[Layout]:
    """Make a clone's root out of links to the real one; downloads are shared, data are not."""
    real = find_layout()
    root = Path(tempfile.mkdtemp(prefix="koerier-bench-"))
    try:
        root.chmod(0o755)  # PostgreSQL's account must pass
        for name in ("deploy", "examples", "services", "shared"):
            (root / name).symlink_to(real.root / name)
        layout = Layout(root=root)
        layout.local.mkdir()
        for downloads in (real.cache, real.rules):
            (layout.local / downloads.name).symlink_to(downloads)
        remember_ports(layout.ports_file, dict(zip(PORTS, free_ports(len(PORTS)), strict=True)))
        yield layout
    finally:
        remove_directory(root / ".local" / "data" / "postgres")
        shutil.rmtree(root, ignore_errors=True)


def bring_up(layout: Layout) -> tuple[Control, Status]:
    """Do as `make up` does, and wait until everything is healthy."""
    control = Control(layout=layout)
    try:
        return control, control.up(lambda _status: None, dict(os.environ))
    except NotUp as error:
        control.down()
        raise BenchFailed(f"the platform did not come up: {error}") from error


@asynccontextmanager
async def running_platform() -> AsyncIterator[Running]:
    """Run the platform with a cast that is ready to exchange documents."""
    with own_root() as layout:
        print("  starting the platform and preparing its cast", flush=True)
        control, status = await asyncio.to_thread(bring_up, layout)
        try:
            async with _with_cast(layout, control, status) as running:
                yield running
        finally:
            await asyncio.to_thread(control.down)


@asynccontextmanager
async def _with_cast(layout: Layout, control: Control, status: Status) -> AsyncIterator[Running]:
    environment = Environment(layout=layout, ports=status.ports, secrets=load_secrets(layout.secrets_file))
    stage = stage_of(layout, status.ports)
    platform = Platform(base_url=stage.base_url, ca_file=stage.ca_file, sandbox_url=stage.sandbox_url)
    (webhook_port,) = free_ports(1)
    try:
        story = new_story(0, examples=stage.examples)
        operator = await stage.create_operator(story.operator.email)
        await _prepare(story, platform, operator)
        for company in (story.supplier, story.buyer):
            await _grant(company, environment)
        await _hear(story, platform, webhook_port)
        yield Running(
            layout=layout,
            control=control,
            environment=environment,
            story=story,
            platform=platform,
            webhook_port=webhook_port,
        )
    except DemoStoppedError as error:
        raise BenchFailed(f"the cast could not be prepared: {error}") from error
    finally:
        await platform.close()


async def _prepare(story: Story, platform: Platform, operator: dict[str, str]) -> None:
    narrator = Narrator(console=Console(quiet=True))
    await register(story, platform, narrator)
    await add_organizations(story, platform, narrator)
    await activate(story, platform, narrator, operator=operator)
    await add_member(story, platform, narrator)
    await buy_credit(story, platform, narrator)
    await issue_key(story, platform, narrator)
    await enable(story, platform, narrator)
    if failed := [check.text for check in narrator.checks if not check.held]:
        raise BenchFailed(f"the platform is not in order: {failed}")


async def _grant(company: Company, environment: Environment) -> None:
    """Give credit for a long run, as support would."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "billing", "credit", "correct",
        "--environment", company.administrator.environment_id, "--amount", CREDIT, "--reason", "measuring",
        env=environment.of_service("billing"), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise BenchFailed(f"no credit: {output.decode()[-1000:]}")


async def _hear(story: Story, platform: Platform, port: int) -> None:
    hook = {"name": "Bench", "action": f"http://127.0.0.1:{port}/hook#a-secret-of-the-bench", "topics": [RECEIVED]}
    await platform.expect(
        200, "PUT", f"/api/v1/{story.buyer.party}/hook", token=story.buyer.administrator.token, json=hook
    )
