"""The command line of every service: `python -m <service> api | worker | all | migrate | dead-letters | outbox`."""

import asyncio
import json
from typing import Annotated, Any
from uuid import UUID

import structlog
import typer

from shared.messaging import dead_letters, kafka_admin, outbox
from shared.runtime.processes import opened, run
from shared.runtime.service import A, S, Service

_log = structlog.get_logger(__name__)


def create_cli(service: Service[S, A]) -> typer.Typer:
    """Return the service's commands; a service adds its own to the result."""
    cli = typer.Typer(name=service.name, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @cli.command()
    def api() -> None:
        """Answer HTTP."""
        run(service, api=True, worker=False)

    @cli.command()
    def worker() -> None:
        """Relay events, consume events, run jobs."""
        run(service, api=False, worker=True)

    @cli.command(name="all")
    def everything() -> None:
        """Be api and worker in one process."""
        run(service, api=True, worker=True)

    @cli.command()
    def migrate() -> None:
        """Bring the database to the newest revision and create missing topics."""
        from shared.database.migrations import migrate as migrate_database  # noqa: PLC0415 - a third of the start-up

        settings = service.load_settings()
        owner = settings.postgres.owner_dsn or settings.postgres.dsn
        migrate_database(owner.get_secret_value(), service.migrations)
        asyncio.run(kafka_admin.provision_topics(settings.kafka, service.topics))
        typer.echo(f"{service.name}: database and {len(service.topics)} topics are up to date")

    _add_dead_letters(cli, service)
    _add_outbox(cli, service)
    return cli


def _add_dead_letters(cli: typer.Typer, service: Service[S, A]) -> None:
    group = typer.Typer(help="Records that could not be applied.", no_args_is_help=True)
    cli.add_typer(group, name="dead-letters")

    @group.command(name="list")
    def list_() -> None:
        """Print unresolved dead letters, one JSON object a line."""
        asyncio.run(_list_dead_letters(service))

    @group.command()
    def replay(dead_letter_ids: Annotated[list[UUID], typer.Argument(help="As `list` shows them")]) -> None:
        """Apply dead letters again and mark them resolved; one that still fails stays as it was."""
        failed = asyncio.run(_replay(service, dead_letter_ids))
        raise typer.Exit(1 if failed else 0)

    @group.command()
    def discard(
        dead_letter_ids: Annotated[list[UUID], typer.Argument(help="As `list` shows them")],
        reason: Annotated[str, typer.Option(help="Why they need not be applied; it goes to the log")],
    ) -> None:
        """Mark dead letters as resolved without applying them: nobody will ever be able to read them."""
        missed = asyncio.run(_discard(service, dead_letter_ids, reason))
        raise typer.Exit(1 if missed else 0)


async def _list_dead_letters(service: Service[S, A]) -> None:
    async with opened(service, role="cli") as it:
        async for row in dead_letters.queries.list_dead_letters(it.pool, limit=1000):
            typer.echo(json.dumps({name.rstrip("_"): value for name, value in row.items()}, default=str))


async def _replay(service: Service[S, A], ids: list[UUID]) -> int:
    failed = 0
    async with opened(service, role="cli") as it:
        consumers = {consumer.group: consumer for consumer in service.build_consumers(it.application)}
        for dead_letter_id in ids:
            problem = await _replay_one(it.pool, consumers, dead_letter_id)
            failed += problem is not None
            typer.echo(f"{dead_letter_id}: {problem or 'applied'}")
    return failed


async def _discard(service: Service[S, A], ids: list[UUID], reason: str) -> int:
    missed = 0
    async with opened(service, role="cli") as it:
        for dead_letter_id in ids:
            discarded = await dead_letters.resolve(it.pool, dead_letter_id)
            missed += not discarded
            if discarded:
                _log.warning("dead_letter_discarded", dead_letter=str(dead_letter_id), reason=reason)
            typer.echo(f"{dead_letter_id}: {'discarded' if discarded else 'unknown, or resolved before'}")
    return missed


async def _replay_one(pool: Any, consumers: dict[str, Any], dead_letter_id: UUID) -> str | None:
    async with pool.acquire() as connection, connection.transaction():
        parked = await dead_letters.lock(connection, dead_letter_id)
    if parked is None:
        return "unknown, or resolved before"
    if parked.consumer not in consumers:
        return f"nobody consumes as {parked.consumer} any more"
    try:
        applied = await consumers[parked.consumer].replay(parked)
    except Exception as error:  # noqa: BLE001 - the operator reads why it still fails
        return f"still fails: {error!r}"
    return None if applied else "resolved meanwhile"


def _add_outbox(cli: typer.Typer, service: Service[S, A]) -> None:
    group = typer.Typer(help="Events that wait for Kafka.", no_args_is_help=True)
    cli.add_typer(group, name="outbox")

    @group.command()
    def status() -> None:
        """Print how many events wait and how old the oldest is."""
        asyncio.run(_outbox_status(service))


async def _outbox_status(service: Service[S, A]) -> None:
    async with opened(service, role="cli") as it:
        row = await outbox.queries.outbox_status(it.pool)
        typer.echo(json.dumps({"service": service.name, "rows": row["rows"], "oldestSeconds": row["oldest_seconds"]}))
