"""Documents within a transaction: locked before they change, saved with their new steps in one statement."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from documents.application.values import ReceivingParty
from documents.domain.document import Channel, ContentKey, Facts, Step
from documents.domain.findings import Verdict
from documents.domain.inbound import Inbound, InboundState
from documents.domain.outbound import Outbound, OutboundState
from documents.domain.releases import NextVerdict

_queries = beside(__file__)
FACTS = (
    "id", "exchange_id", "environment_id", "mode", "organization_id", "sender", "receiver", "document_type_id",
    "process_id", "family", "number", "issue_date", "country",
)  # fmt: skip


def facts_of_row(row: Any) -> Facts:
    return Facts(**{name: row[name] for name in FACTS})


def content_key_of(row: Any) -> ContentKey:
    return ContentKey(sha256=row["sha256"], size=row["size_bytes"], expires_on=row["content_expires_on"])


def channel_of(text: str | None) -> Channel | None:
    return Channel(text) if text else None


class PostgresOutbound:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def lock(self, document_id: UUID) -> Outbound | None:
        row = await _queries.lock_outbound(self._connection, id=document_id)
        if row is None:
            return None
        return Outbound(
            facts=facts_of_row(row),
            content=content_key_of(row),
            caller_document_id=row["caller_document_id"],
            billable=row["billable"],
            state=OutboundState(row["state"]),
            version=row["version"],
            planned_channel=channel_of(row["planned_channel"]),
            delivery_channel=channel_of(row["delivery_channel"]),
            message_id=row["message_id"],
            attempts=row["attempts"],
            reason=row["reason"],
            detail=row["detail"],
        )

    async def save(self, document: Outbound) -> None:
        await _queries.save_outbound(
            self._connection,
            id=document.facts.id,
            state=document.state,
            version=document.version,
            planned_channel=document.planned_channel,
            delivery_channel=document.delivery_channel,
            message_id=document.message_id,
            attempts=document.attempts,
            reason=document.reason,
            detail=document.detail,
            **_columns(document.steps),
        )


class PostgresInbound:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def lock(self, document_id: UUID, *, organization_id: UUID) -> Inbound | None:
        row = await _queries.lock_inbound(self._connection, id=document_id, organization_id=organization_id)
        if row is None:
            return None
        return Inbound(
            facts=facts_of_row(row),
            content=content_key_of(row),
            delivery_channel=Channel(row["delivery_channel"]),
            bus_until=row["bus_until"],
            archive_until=row["archive_until"],
            state=InboundState(row["state"]),
            version=row["version"],
            message_id=row["message_id"],
            original_id=row["original_id"],
            downloaded_at=row["downloaded_at"],
        )

    async def save(self, document: Inbound) -> None:
        await _queries.save_inbound(
            self._connection,
            id=document.facts.id,
            state=document.state,
            version=document.version,
            downloaded_at=document.downloaded_at,
            bus_until=document.bus_until,
            **_columns(document.steps),
        )

    async def add(self, document: Inbound) -> bool:
        """Insert it, unless the same invoice or the same message is there already."""
        inserted = await _queries.insert_inbound(
            self._connection,
            **asdict(document.facts),
            sha256=document.content.sha256,
            size_bytes=document.content.size,
            content_expires_on=document.content.expires_on,
            state=document.state,
            version=document.version,
            delivery_channel=document.delivery_channel,
            message_id=document.message_id,
            original_id=document.original_id,
            bus_until=document.bus_until,
            archive_until=document.archive_until,
            **_columns(document.steps),
        )
        return bool(inserted)

    async def find_by_message(self, *, organization_id: UUID, message_id: str) -> UUID | None:
        found: UUID | None = await _queries.find_by_message(
            self._connection, organization_id=organization_id, message_id=message_id
        )
        return found

    async def find_original(self, document: Inbound) -> UUID | None:
        facts = document.facts
        found: UUID | None = await _queries.find_original(
            self._connection,
            organization_id=facts.organization_id,
            sender=facts.sender,
            issue_date=facts.issue_date,
            number=facts.number,
        )
        return found


class PostgresVerdicts:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def save(self, exchange_id: UUID, verdict: Verdict) -> None:
        """Keep the first verdict: a job that runs twice changes nothing."""
        await _queries.save_verdict(
            self._connection,
            exchange_id=exchange_id,
            rule_sets=[asdict(rule_set) for rule_set in verdict.rule_sets],
            findings=[asdict(finding) for finding in verdict.findings],
            omitted=verdict.omitted,
            release=verdict.release,
        )

    async def add_next(self, exchange_id: UUID, verdict: NextVerdict) -> None:
        """Keep what the next release says beside the verdict; the first answer stays."""
        table = {**asdict(verdict), "in_force_from": verdict.in_force_from.isoformat()}
        await _queries.add_next_verdict(self._connection, exchange_id=exchange_id, next_release=table)


class PostgresParties:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def find_receiver(self, party: str, *, mode: str) -> ReceivingParty | None:
        row = await _queries.find_receiver(self._connection, party=party, mode=mode)
        if row is None:
            return None
        return ReceivingParty(
            organization_id=row["organization_id"],
            environment_id=row["environment_id"],
            receiving=row["receiving"],
            document_types=frozenset(row["document_types"]),
            plan=row["plan"],
        )


def _columns(steps: tuple[Step, ...]) -> dict[str, list[Any]]:
    return {
        "sequences": [step.sequence for step in steps],
        "statuses": [step.status for step in steps],
        "channels": [step.channel for step in steps],
        "details": [step.detail for step in steps],
    }
