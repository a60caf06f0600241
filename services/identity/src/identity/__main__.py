"""`python -m identity`: the commands of every service, and those that only an operator of the platform has."""

import asyncio
import json
from typing import Annotated

import typer
from shared.errors import DomainError
from shared.runtime.cli import create_cli
from shared.runtime.processes import opened

from identity.application.create_operator import NewOperator
from identity.application.signing_keys import Rotated, RotateSigningKeys
from identity.bootstrap import SERVICE

cli = create_cli(SERVICE)


@cli.command(name="create-operator")
def create_operator(email: Annotated[str, typer.Option(help="The operator's own address")]) -> None:
    """Make an operator of the platform and print their credentials once, as JSON."""
    try:
        made = asyncio.run(_create_operator(email))
    except DomainError as error:
        typer.echo(f"{error.code}: {error.detail}", err=True)
        raise typer.Exit(1) from error
    typer.echo(json.dumps({"email": made.email, "password": made.password, "totpSecret": made.totp_secret}))


@cli.command(name="rotate-keys")
def rotate_keys(
    now: Annotated[bool, typer.Option("--now", help="Sign with a new key at once: the present one leaked")] = False,  # noqa: FBT002 - typer's way of a flag
) -> None:
    """Do the next step of the signing keys' rotation; run it daily, or when docs/runbooks/key-rotation.md says so."""
    rotated = asyncio.run(_rotate(RotateSigningKeys(force=now)))
    typer.echo(
        json.dumps(
            {
                "activated": rotated.activated,
                "retired": rotated.retired,
                "published": rotated.published,
                "removed": list(rotated.removed),
            }
        )
    )


async def _create_operator(email: str) -> NewOperator:
    async with opened(SERVICE, role="cli") as it:
        return await it.application.users.create_operator(email)


async def _rotate(cmd: RotateSigningKeys) -> Rotated:
    async with opened(SERVICE, role="cli") as it:
        return await it.application.tokens.rotate_signing_keys(cmd)


if __name__ == "__main__":
    cli()
