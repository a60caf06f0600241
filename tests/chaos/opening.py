"""Opens what a run needs: a root of its own, the platform in it, the cast, hooks and credit; and clears it away."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from uuid import uuid4

from koerier.servers.account import remove_directory

from chaos import stores
from chaos.evidence import Evidence
from chaos.faults.databases import small_disk
from chaos.history import writing
from chaos.instrument import remember_outboxes
from chaos.operations import credit
from chaos.operations.hooks import make_steady_hooks
from chaos.rounds import Known
from chaos.stage import prepare_root, running_stage
from chaos.world import World, companies, prepared_world


@asynccontextmanager
async def opened(root: Path, *, seed: str, with_small_disk: bool) -> AsyncIterator[tuple[World, Known]]:
    """Yield a world in which everybody is ready, and an empty memory of violations."""
    layout = prepare_root(root)
    with ExitStack() as stack:
        if with_small_disk:
            stack.enter_context(small_disk(layout.data / "postgres"))
        history = stack.enter_context(writing(layout.local / "history.jsonl"))
        async with running_stage(layout, seed=seed) as stage:
            await remember_outboxes(stage)
            seen = Evidence()
            await stores.read_topics(stage, seen)
            known = Known(earlier_events={record.event_id for records in seen.topics.values() for record in records})
            async with prepared_world(stage, history, uuid4()) as world:
                await make_steady_hooks(world)
                for company in companies(world.stories):
                    await credit.order(world, company, amount=credit.LARGE, key=str(uuid4()))
                yield world, known


def make_root() -> Path:
    """Return an empty folder outside of homes: as root, the servers run as an account that cannot enter those."""
    return Path(tempfile.mkdtemp(prefix="koerier-chaos-"))


def clear(root: Path) -> None:
    """Delete everything that a run left."""
    remove_directory(root / ".local" / "data" / "postgres")
    shutil.rmtree(root, ignore_errors=True)
