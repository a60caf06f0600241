"""`python -m documents`: the commands of every service, and `rules fetch|verify`."""

from shared.runtime.cli import create_cli

from documents.bootstrap import SERVICE
from documents.rules_command import rules

cli = create_cli(SERVICE)
cli.add_typer(rules, name="rules")

if __name__ == "__main__":
    cli()
