"""`rules fetch` and `rules verify`: bring the pinned validation rules to this machine, and check them.

Also `python -m documents.rules_command fetch`, which needs neither a database nor settings, so that set-up can run it
first. Exit code 0 only when the rules are present (fetch) or agree with their pins and with our samples (verify).
"""

from pathlib import Path
from typing import Annotated

import stamina
import typer

from documents.adapters.rules.fetch import fetch_rules, verify_rules
from documents.adapters.rules.lock import default_directory, fetched, read_lock
from documents.adapters.rules.samples import check_samples
from documents.domain.findings import RulesUnavailable

rules = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The official validation rules that rules.lock pins."
)

Directory = Annotated[
    Path | None,
    typer.Option(
        "--directory", envvar="DOCUMENTS_RULES__DIRECTORY", help="Where rule sets lie; .local/rules by default."
    ),
]


@rules.command()
def fetch(directory: Directory = None) -> None:
    """Download the pinned rule sets and schemas; quick when they are here."""
    lock = read_lock()
    where = (directory or default_directory()).absolute()
    stamina.instrumentation.set_on_retry_hooks([_say_retry])
    try:
        files = fetch_rules(where, lock, report=typer.echo)
    except RulesUnavailable as error:
        typer.echo(f"rules: {error.detail}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"rules: {len(lock.artifacts)} artifacts are in {files.root}")


def _say_retry(details: stamina.instrumentation.RetryDetails) -> None:
    reason = type(details.caused_by).__name__
    typer.echo(f"rules: {reason}, trying again in {details.wait_for:.1f} s", err=True)


@rules.command()
def verify(directory: Directory = None) -> None:
    """Compare the files with rules.lock, compile every stylesheet and validate our samples."""
    try:
        files = fetched((directory or default_directory()).absolute())
        differences = verify_rules(files)
        if not differences:
            # The engine's library is for its own processes: no other start of the service should load it.
            from documents.adapters.rules.saxon import SaxonEngine  # noqa: PLC0415
            from documents.adapters.rules.validator import Validator  # noqa: PLC0415

            engine = SaxonEngine(files, compiled=files.stylesheet_names())
            differences = check_samples(Validator(files, engine))
    except RulesUnavailable as error:
        differences = [error.detail]
    for difference in differences:
        typer.echo(f"rules: {difference}", err=True)
    if differences:
        raise typer.Exit(1)
    typer.echo(f"rules: every file in {files.root} agrees with rules.lock, and so do our samples")


if __name__ == "__main__":
    rules()
