"""Makes the databases of the platform under test remember what their outboxes held (`outbox_log.sql`)."""

from pathlib import Path

import asyncpg
from koerier.servers.databases import SERVICES, with_database

from chaos.stage import RunningStage

LOG = Path(__file__).with_name("outbox_log.sql")


async def remember_outboxes(stage: RunningStage) -> None:
    """Install the log in every service's database; once per platform."""
    for service in SERVICES:
        connection = await asyncpg.connect(with_database(stage.environment.admin_dsn, service))
        try:
            await connection.execute(LOG.read_text(encoding="utf-8"))
        finally:
            await connection.close()
