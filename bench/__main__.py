"""`python -m bench`: run scenarios, print their tables, keep their figures. `make bench` brings what they need.

`python -m bench report` writes the tables and plots of docs/performance.md anew from the figures that were kept.

Exit code 0 when everything was measured, whatever the figures are; 1 when something could not be.
"""

import signal
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from bench.machine import this_machine
from bench.pages import write_pages
from bench.report import BenchFailed, Options, Outcome, keep, show

Scenario = Callable[[Options], Outcome]
# A scenario is a module with a function `run`; it is imported when it is wanted, since each has libraries of its own.
SCENARIOS: Mapping[str, str] = {
    "whole-path": "bench.whole_path.scenario",
    "accept": "bench.accept.scenario",
    "end-to-end": "bench.end_to_end.scenario",
    "intake": "bench.intake.scenario",
    "validation": "bench.validation.scenario",
    "validation-memory": "bench.validation.memory",
    "relay": "bench.relay.scenario",
    "consumer": "bench.consumer.scenario",
    "ledger": "bench.ledger.scenario",
    "webhooks": "bench.webhooks.scenario",
    "tokens": "bench.tokens.scenario",
    "growth": "bench.growth.scenario",
    "memory": "bench.memory.scenario",
    "start": "bench.start.scenario",
}
BY_NAME_ONLY = frozenset({"validation-memory"})
"""Scenarios that take long; they run when they are named."""

RUNS = 3


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def measure(
    context: typer.Context,
    only: Annotated[str, typer.Option(help=f"Some of: {', '.join(SCENARIOS)}; divided by commas.")] = "",
    repeat: Annotated[int, typer.Option(min=1, help="Runs, of which the middle one counts.")] = RUNS,
    *,
    quick: Annotated[bool, typer.Option(help="One short run: does it work? Its figures are not to be quoted.")] = False,
) -> None:
    """Measure, beside floors and rivals in the same run."""
    if context.invoked_subcommand is not None:
        return
    names = chosen(only)
    if unknown := [name for name in names if name not in SCENARIOS]:
        raise typer.BadParameter(f"{', '.join(unknown)}: not one of {', '.join(SCENARIOS)}", param_hint="--only")
    signal.signal(signal.SIGTERM, _end)
    options = Options(quick=quick, repeat=1 if quick and repeat == RUNS else repeat)
    failed = [name for name in names if not _measured(name, options)]
    raise typer.Exit(1 if failed else 0)


@app.command()
def report() -> None:
    """Write the results in the documentation anew: the newest run of every scenario, and the plots."""
    for path in write_pages():
        typer.echo(f"written: {path}")


def chosen(only: str) -> list[str]:
    """Return the scenarios that are wanted, in the order in which they are named."""
    named = [name.strip() for name in only.split(",") if name.strip()]
    return named or [name for name in SCENARIOS if name not in BY_NAME_ONLY]


def _end(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(1)  # as an exception, so that every server and process that was started is ended


def _measured(name: str, options: Options) -> bool:
    machine = this_machine()  # each with the load that it began under
    typer.echo(f"{name}: {machine}")
    try:
        scenario: Scenario = import_module(SCENARIOS[name]).run
        outcome = scenario(options)
    except BenchFailed as error:
        typer.echo(f"{name}: {error}", err=True)
        return False
    show(outcome)
    typer.echo(f"figures: {keep(name, outcome, machine=machine, options=options)}")
    return True


if __name__ == "__main__":
    app()
