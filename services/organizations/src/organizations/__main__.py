"""`python -m organizations`: the commands of every service."""

from shared.runtime.cli import create_cli

from organizations.bootstrap import SERVICE

cli = create_cli(SERVICE)

if __name__ == "__main__":
    cli()
