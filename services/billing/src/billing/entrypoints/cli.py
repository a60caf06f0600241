"""Commands for support and operations: prove the ledger, correct a credit, add a price list."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from shared.errors import DomainError
from shared.runtime.processes import opened
from shared.runtime.service import Service

from billing.application.app import Application
from billing.application.correct_credit import CorrectCredit
from billing.application.price_lists import AddPriceList
from billing.domain.money import decimal_text, micros_of

_Service = Service[Any, Application]


def add_commands(cli: typer.Typer, service: _Service) -> None:
    """Add `ledger verify`, `credit correct` and `prices add`."""
    for name, group in (("ledger", _ledger(service)), ("credit", _credit(service)), ("prices", _prices(service))):
        cli.add_typer(group, name=name)


def _ledger(service: _Service) -> typer.Typer:
    group = typer.Typer(help="The double-entry ledger.", no_args_is_help=True)

    @group.callback()
    def ledger() -> None:
        """Look after the ledger."""

    @group.command()
    def verify() -> None:
        """Recompute every sum, balance and hash; exit 1 when anything does not fit."""
        found = _run(service, lambda application: application.verify_ledger())
        for problem in found.problems:
            typer.echo(problem, err=True)
        typer.echo(
            json.dumps(
                {
                    "environments": found.environments,
                    "transactions": found.transactions,
                    "problems": len(found.problems),
                }
            )
        )
        raise typer.Exit(1 if found.problems else 0)

    return group


def _credit(service: _Service) -> typer.Typer:
    group = typer.Typer(help="Credit of an environment.", no_args_is_help=True)

    @group.callback()
    def credit() -> None:
        """Look after credit."""

    @group.command()
    def correct(
        environment: Annotated[UUID, typer.Option(help="Whose credit")],
        amount: Annotated[str, typer.Option(help="In euros; a minus takes credit: -1.50")],
        reason: Annotated[str, typer.Option(help="Goes into the ledger")],
    ) -> None:
        """Give or take credit by hand."""
        micros = _micros(amount.removeprefix("-"))
        command = CorrectCredit(
            environment_id=environment, amount_micros=-micros if amount.startswith("-") else micros, reason=reason
        )
        balance = _run(service, lambda application: application.correct_credit(command))
        typer.echo(json.dumps({"environmentId": str(environment), "balance": decimal_text(balance)}))

    return group


def _prices(service: _Service) -> typer.Typer:
    group = typer.Typer(help="Price lists.", no_args_is_help=True)

    @group.callback()
    def prices() -> None:
        """Look after prices."""

    @group.command()
    def add(
        amounts: Annotated[list[str], typer.Argument(help="Every service with its price: send_einvoice=0.180")],
        valid_from: Annotated[str, typer.Option(help="ISO 8601 with offset, in the future")],
    ) -> None:
        """Add a price list; it replaces the present one as a whole."""
        pairs = (amount.partition("=") for amount in amounts)
        command = AddPriceList(
            valid_from=_time(valid_from), amount_micros={service: _micros(price) for service, _, price in pairs}
        )
        price_list_id = _run(service, lambda application: application.add_price_list(command))
        typer.echo(json.dumps({"priceListId": str(price_list_id)}))

    return group


def _run(service: _Service, act: Callable[[Application], Awaitable[Any]]) -> Any:
    async def work() -> Any:
        async with opened(service, role="cli") as it:
            return await act(it.application)

    try:
        return asyncio.run(work())
    except DomainError as error:
        typer.echo(f"{error.code}: {error.detail}", err=True)
        raise typer.Exit(1) from error


def _micros(text: str) -> int:
    try:
        return micros_of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
