"""The fetched rule sets, and processes that run them."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.fetch import fetch_rules
from documents.adapters.rules.lock import RuleFiles, default_directory, read_lock
from documents.adapters.rules.opening import place_rules
from documents.adapters.rules.placement import PlacedRules
from documents.adapters.rules.processes import RuleProcesses
from documents.adapters.rules.release_choice import Choice, ReleaseCalendar
from shared.clock import SystemClock

StartRules = Callable[..., Awaitable[RuleProcesses]]


@pytest.fixture(scope="session")
def rule_files() -> RuleFiles:
    """The pinned rule sets of this repository, fetched when they are not here yet."""
    directory = Path(os.environ.get("DOCUMENTS_RULES__DIRECTORY") or default_directory()).absolute()
    return fetch_rules(directory, read_lock(), report=print)


@pytest.fixture(scope="session")
def in_force(rule_files: RuleFiles) -> Callable[[], Choice]:
    """What documents are judged by today."""
    return ReleaseCalendar(rule_files.lock.releases, SystemClock()).choice


@pytest_asyncio.fixture(scope="session")
async def rules(rule_files: RuleFiles) -> AsyncIterator[PlacedRules]:
    """The rules as a worker has them, for tests that do no harm to them."""
    configuration = RuleProcessesConfiguration(directory=rule_files.root.parent, nice=0)
    async with place_rules(configuration, here_bytes=20_000, shadow_share=0) as placed:
        yield placed


@pytest_asyncio.fixture
async def start_rules(rule_files: RuleFiles, in_force: Callable[[], Choice]) -> AsyncIterator[StartRules]:
    """Start processes of one's own, ready to be harmed: `await start_rules(deadline=1)`; one worker unless told."""
    async with AsyncExitStack() as stack:

        async def start(**settings: Any) -> RuleProcesses:
            configured = {"directory": rule_files.root.parent, "workers": 1, "nice": 0, **settings}
            processes = await stack.enter_async_context(
                RuleProcesses(RuleProcessesConfiguration(**configured), in_force)
            )
            if "directory" not in settings:
                await processes.wait_ready()
            return processes

        yield start
