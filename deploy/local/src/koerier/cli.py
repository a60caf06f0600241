"""The command `koerier`: the platform on this machine."""

import asyncio
import contextlib
import os
import signal
import sys
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from koerier.control import Control, NotUp
from koerier.demo.command import play, show_events
from koerier.display import StartProgress, follow, status_json, status_table
from koerier.observing import observed
from koerier.paths import find_layout
from koerier.runner import supervise as run_supervisor
from koerier.servers.kafka_jars import kafka_jars
from koerier.servers.monitoring import monitoring_tools
from koerier.servers.process import ServerFailed
from koerier.supervisor.lock import AlreadyRunning
from koerier.supervisor.logs import Console as LogConsole
from koerier.supervisor.logs import no_echo, tail
from koerier.supervisor.status import Status, read_status

NOT_UP_EXIT_CODE = 3

app = typer.Typer(
    name="koerier", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
console = Console()
errors = Console(stderr=True)


@app.command()
def up(
    *,
    foreground: Annotated[bool, typer.Option("--foreground", help="Stay, and print all logs; Ctrl-C stops.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Run in the background (the default).")] = False,
) -> None:
    """Start the platform and wait until everything is healthy."""
    if foreground and detach:
        raise typer.BadParameter("choose --foreground or --detach")
    if foreground:
        _run(echo_to_console=True)
    else:
        _up()


@app.command()
def demo() -> None:
    """Start the platform if need be, play one invoice's whole story on it and check every step."""
    held = play(_up(), console)
    raise typer.Exit(0 if held else 1)


@app.command()
def contracts() -> None:
    """Write the event schemas, OpenAPI and AsyncAPI documents and docs/events.md anew from the code."""
    from koerier.contracts.files import IncompatibleEventError, write_contracts  # noqa: PLC0415 - imports every service

    try:
        changed = write_contracts(find_layout().root)
    except IncompatibleEventError as error:
        _fail(str(error))
    console.print("\n".join(str(path) for path in changed) or "every contract is as committed", highlight=False)


@app.command()
def events() -> None:
    """Show every event as it passes, until Ctrl-C."""
    current = Control(layout=find_layout()).status()
    if current is None:
        _fail("the platform is not up: start it with `make up`", code=NOT_UP_EXIT_CODE)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(show_events(f"127.0.0.1:{current.ports['kafka']}", console))


def _up() -> Status:
    control = Control(layout=find_layout())
    try:
        status = control.up(StartProgress(console), dict(os.environ))
    except NotUp as error:
        _fail(str(error))
    except KeyboardInterrupt:
        console.print("stopping")
        control.down()
        raise typer.Exit(130) from None
    console.print(f"\nThe platform is up: [bold]{status.base_url}[/]", highlight=False)
    console.print(f"Root certificate:   {status.root_certificate}", highlight=False, soft_wrap=True)
    console.print(f"Sandbox and mail:   http://127.0.0.1:{status.ports['sandbox']}", highlight=False)
    return status


@app.command(hidden=True)
def supervise() -> None:
    """Be the supervisor of the background mode."""
    _run(echo_to_console=False)


def _run(*, echo_to_console: bool) -> None:
    echo = LogConsole(colour=sys.stdout.isatty()) if echo_to_console else no_echo
    try:
        well = run_supervisor(find_layout(), echo)
    except AlreadyRunning as error:
        _fail(str(error))
    if not well:
        last = read_status(find_layout().status_file)
        _fail(last.failure if last else f"the platform did not start: see {find_layout().logs}")


@app.command()
def fetch() -> None:
    """Download what the servers need that no package brings: Kafka's jars, and Prometheus where apt has it."""
    jars = kafka_jars(find_layout().cache, _say)
    console.print(f"Kafka is in {jars}", highlight=False, soft_wrap=True)
    try:
        tools = monitoring_tools(find_layout().cache, _say)
    except ServerFailed as error:
        console.print(f"No Prometheus: {error}. `koerier observe` and its tests go without.", highlight=False)
    else:
        console.print(f"Prometheus is {tools.prometheus}", highlight=False, soft_wrap=True)


@app.command()
def observe() -> None:
    """Run a Prometheus with the platform's alert rules on what runs in this clone, until Ctrl-C."""
    layout = find_layout()
    current = Control(layout=layout).status()
    if current is None:
        _fail("the platform is not up: start it with `make up`", code=NOT_UP_EXIT_CODE)
    try:
        with observed(monitoring_tools(layout.cache, _say), layout, current.ports) as observation:
            console.print(f"Prometheus: {observation.prometheus.url}   alerts: /alerts   Ctrl-C stops", highlight=False)
            signal.pause()
    except ServerFailed as error:
        _fail(str(error))
    except KeyboardInterrupt:
        console.print("stopped")


@app.command()
def down() -> None:
    """Stop the platform; its data stays."""
    ran = Control(layout=find_layout()).down()
    console.print("the platform is down" if ran else "the platform was not up")


@app.command()
def reset() -> None:
    """Stop the platform and delete its data, secrets and logs; downloads stay."""
    Control(layout=find_layout()).reset()
    console.print("the platform is down and its data is gone")


@app.command()
def status(*, json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Show what runs. Exit code 3 when the platform is not up."""
    current = Control(layout=find_layout()).status()
    if current is None:
        _fail("the platform is not up: start it with `make up`", code=NOT_UP_EXIT_CODE)
    if json:
        sys.stdout.write(f"{status_json(current)}\n")
    else:
        console.print(status_table(current))


@app.command()
def restart(name: Annotated[str, typer.Argument(help="As `koerier status` shows it.")]) -> None:
    """Start one process again and wait until it is ready."""
    try:
        process = Control(layout=find_layout()).restart(name)
    except NotUp as error:
        _fail(str(error))
    console.print(f"{name} is ready again, pid {process.pid}", highlight=False)


@app.command()
def logs(
    name: Annotated[str | None, typer.Argument(help="A process; all of them by default.")] = None,
    *,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many lines back.", min=0)] = 50,
    following: Annotated[bool, typer.Option("--follow", "-f", help="Go on as they are written.")] = False,
) -> None:
    """Print what processes wrote."""
    paths = {path.stem: path for path in sorted(find_layout().logs.glob("*.log"))}
    if name is not None and name not in paths:
        _fail(f"there is no log of {name}; there are {', '.join(paths) or 'none at all'}")
    wanted = {name: paths[name]} if name is not None else paths
    show = LogConsole(colour=sys.stdout.isatty())
    for process, path in wanted.items():
        for line in tail(path, lines):
            show(process, line.encode())
    if following:
        try:
            for process, line in follow(wanted):
                show(process, line.encode())
        except KeyboardInterrupt:
            return


def _say(text: str) -> None:
    console.print(text, highlight=False)


def _fail(message: str, *, code: int = 1) -> NoReturn:
    errors.print(message, highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(code)
