"""`rules fetch`, `verify`, `gate` and `release`: bring the pinned validation rules to this machine, and check them.

Also `python -m documents.rules_command fetch`, which needs neither a database nor settings, so that set-up can run it
first. Exit code 0 only when the rules are present (fetch), agree with their pins and our samples (verify), or when our
engine says of them what the reference says (gate). `release` fetches, runs the gate, and only then lets them be used.
Every release that is in force or still to come is looked at, each stylesheet once; one that is over judges nobody.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import stamina
import typer
from shared.clock import utc_now

from documents.adapters.rules.compiled import CompiledEngine, store_of
from documents.adapters.rules.fetch import fetch_rules, verify_rules
from documents.adapters.rules.lock import RuleFiles, default_directory, fetched, locate, read_lock
from documents.adapters.rules.samples import check_samples
from documents.adapters.rules.validator import Validator
from documents.adapters.schematron.store import NotCompiled
from documents.domain.findings import RulesUnavailable
from documents.domain.releases import in_force

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
        typer.echo(f"rules: {len(lock.artifacts)} artifacts are in {files.root}")
        _compile(files)
    except RulesUnavailable as error:
        typer.echo(f"rules: {error.detail}", err=True)
        raise typer.Exit(1) from error


def _compile(files: RuleFiles) -> None:
    """Make the code of every rule set now, so that no process has to. What cannot be compiled runs on the reference."""
    store = store_of(files)
    stylesheets = {
        stylesheet.path: stylesheet
        for release in living(files)
        for stylesheet in map(release.stylesheet, release.stylesheet_names())
    }
    for path, stylesheet in stylesheets.items():
        try:
            store.load(stylesheet.name, path.read_bytes())
        except NotCompiled as error:
            typer.echo(f"rules: {error}; {stylesheet.name} {stylesheet.version} runs on the reference", err=True)


def living(files: RuleFiles) -> Iterator[RuleFiles]:
    """Give the files as seen from the release in force, and from each that is still to come."""
    current = in_force(files.lock.releases, utc_now())
    for release in files.lock.releases:
        if release.in_force_from >= current.in_force_from:
            yield files.of(release.name)


def _say_retry(details: stamina.instrumentation.RetryDetails) -> None:
    reason = type(details.caused_by).__name__
    typer.echo(f"rules: {reason}, trying again in {details.wait_for:.1f} s", err=True)


Long = Annotated[bool, typer.Option("--long", help="20,000 mutants and every directed document: 15 minutes and more.")]
Official = Annotated[Path | None, typer.Option("--official", help="Folder of the publishers' test documents.")]
Seed = Annotated[str, typer.Option("--seed", help="Repeat a run: its report names the seed.")]


@rules.command()
def gate(directory: Directory = None, long: Long = False, official: Official = None, seed: Seed = "") -> None:  # noqa: FBT002 - an option of the command line
    """Compare our engine with the reference on tests, mutants and directed documents, and plant bugs to be caught."""
    try:
        files = fetched((directory or default_directory()).absolute())
        _pass_gate(files, long=long, official=official, seed=seed)
    except RulesUnavailable as error:
        typer.echo(f"rules: {error.detail}", err=True)
        raise typer.Exit(1) from error


@rules.command()
def release(directory: Directory = None, long: Long = False, official: Official = None, seed: Seed = "") -> None:  # noqa: FBT002 - an option of the command line
    """Fetch the pinned rule sets and run the gate on them; only what passes is activated."""
    where = (directory or default_directory()).absolute()

    def accept(files: RuleFiles) -> None:
        _pass_gate(files, long=long, official=official, seed=seed)

    lock = read_lock()
    try:
        if locate(where, lock).root.is_dir():
            accept(locate(where, lock))
        files = fetch_rules(where, lock, report=typer.echo, accept=accept)
        _compile(files)
    except RulesUnavailable as error:
        typer.echo(f"rules: {error.detail}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"rules: {len(lock.artifacts)} artifacts in {files.root} have passed the gate")


def _pass_gate(files: RuleFiles, *, long: bool, official: Path | None, seed: str) -> None:
    """Run the gate; raises `RulesUnavailable` when anything is wrong, and keeps the documents that show it."""
    # The reference's library is for this command alone: no start of the service should load it.
    from documents.adapters.rule_gate.differing import save_differences  # noqa: PLC0415
    from documents.adapters.rule_gate.extent import long_extent, short_extent  # noqa: PLC0415
    from documents.adapters.rule_gate.gate import run_gate  # noqa: PLC0415
    from documents.adapters.rule_gate.report import report_text  # noqa: PLC0415
    from documents.adapters.rule_gate.suites import Suite  # noqa: PLC0415

    def stylesheets_of(files: RuleFiles, suite: Suite) -> set[Path]:
        return {files.stylesheet(name).path for name in suite.rule_sets}

    passed: set[Path] = set()
    for each in living(files):
        # The publishers' tests are those of the newest release.
        tests = official if each.release == files.lock.releases[-1] else None
        extent = (long_extent if long else short_extent)(seed=seed, official=tests)
        suites = [suite for suite in extent.suites if not stylesheets_of(each, suite) <= passed]
        typer.echo(f"release {each.release.name}, in force from {each.release.in_force_from}: {len(suites)} suites")
        if not suites:
            continue
        result = run_gate(each, replace(extent, suites=tuple(suites)), say=typer.echo)
        typer.echo(report_text(result))
        if not result.passed:
            folder = default_directory() / "differences" / result.seed
            save_differences(result.differences, folder)
            raise RulesUnavailable(f"the gate is not passed; the documents that show it are in {folder}")
        passed.update(*(stylesheets_of(each, suite) for suite in suites))


@rules.command()
def verify(directory: Directory = None) -> None:
    """Compare the files with rules.lock, compile every stylesheet and validate our samples, with both engines."""
    try:
        files = fetched((directory or default_directory()).absolute())
        differences = verify_rules(files)
        if not differences:
            # Its library is for its own processes: no other start of the service should load it.
            from documents.adapters.rules.saxon import Saxon, SaxonEngine  # noqa: PLC0415

            saxon = Saxon()
            for each in living(files):
                names = each.stylesheet_names()
                reference = SaxonEngine(each, compiled=names, saxon=saxon)
                for engine in (CompiledEngine(each, preload=names), reference):
                    differences += [
                        f"{each.release.name}: {difference}" for difference in check_samples(Validator(each, engine))
                    ]
    except RulesUnavailable as error:
        differences = [error.detail]
    for difference in differences:
        typer.echo(f"rules: {difference}", err=True)
    if differences:
        raise typer.Exit(1)
    typer.echo(f"rules: every file in {files.root} agrees with rules.lock, and so do our samples")


if __name__ == "__main__":
    rules()
