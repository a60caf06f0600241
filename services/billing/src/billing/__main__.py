"""`python -m billing api | worker | all | migrate | dead-letters | outbox | ledger | credit | prices`."""

from shared.runtime.cli import create_cli

from billing.bootstrap import SERVICE
from billing.entrypoints.cli import add_commands

cli = create_cli(SERVICE)
add_commands(cli, SERVICE)

if __name__ == "__main__":
    cli()
