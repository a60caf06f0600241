"""What `koerier demo` and `koerier events` do."""

import asyncio

from rich.console import Console

from koerier.demo.run import run_demo
from koerier.demo.stage import stage_of
from koerier.paths import find_layout
from koerier.supervisor.status import Status
from koerier.tail import follow


def play(status: Status, console: Console) -> bool:
    """Play the demo on the running platform; return whether every check held."""
    return asyncio.run(run_demo(stage_of(find_layout(), status.ports), console))


async def show_events(bootstrap_servers: str, console: Console) -> None:
    """Print every event from now on, until interrupted."""
    async for event in follow(bootstrap_servers):
        console.print(f"{event.at:%H:%M:%S.%f}  {event.topic:<28} {event.type:<44} {event.key}", highlight=False)
