"""`python -m bench`: run scenarios, print their tables, keep their figures. `make bench` brings what they need.

Exit code 0 when everything was measured, whatever the figures are; 1 when something could not be.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated

import typer

from bench.machine import this_machine
from bench.report import BenchFailed, Options, Outcome, keep, show

Scenario = Callable[[Options], Outcome]
# A scenario is a module with a function `run`; it is imported when it is wanted, since each has libraries of its own.
SCENARIOS: Mapping[str, str] = {
    "validation": "bench.validation.scenario",
    "validation-memory": "bench.validation.memory",
}
BY_NAME_ONLY = frozenset({"validation-memory"})
"""Scenarios that take long; they run when they are named."""

RUNS = 3


def main(
    only: Annotated[str, typer.Option(help=f"One of: {', '.join(SCENARIOS)}.")] = "",
    repeat: Annotated[int, typer.Option(min=1, help="Runs, of which the middle one counts.")] = RUNS,
    *,
    quick: Annotated[bool, typer.Option(help="One short run: does it work? Its figures are not to be quoted.")] = False,
) -> None:
    """Measure, beside floors and rivals in the same run."""
    if only and only not in SCENARIOS:
        raise typer.BadParameter(f"{only} is not one of {', '.join(SCENARIOS)}", param_hint="--only")
    options = Options(quick=quick, repeat=1 if quick else repeat)
    machine = this_machine()
    typer.echo(str(machine))
    failed = False
    for name in [only] if only else [name for name in SCENARIOS if name not in BY_NAME_ONLY]:
        try:
            scenario: Scenario = import_module(SCENARIOS[name]).run
            outcome = scenario(options)
        except BenchFailed as error:
            typer.echo(f"{name}: {error}", err=True)
            failed = True
            continue
        show(outcome)
        typer.echo(f"figures: {keep(name, outcome, machine=machine, options=options)}")
    raise typer.Exit(int(failed))


if __name__ == "__main__":
    typer.run(main)
