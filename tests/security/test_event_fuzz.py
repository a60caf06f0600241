"""Events that are wrong in every way, to every consumer: applied, skipped or parked, and the consumer goes on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from documents.entrypoints.kafka.consumers import build_consumers
from hypothesis import given
from hypothesis import strategies as st
from shared.contracts.event import REGISTRY, Event
from shared.ids import new_id
from shared.messaging.consumer import EventConsumer
from support.billing import Billing
from support.documents import World as Documents
from support.events import Record
from support.fuzzing import Loop, bounded, explored
from support.identity import Identity
from support.oddities import ODD_VALUES, REMOVED, places_in, replaced
from support.organizations import World as Organizations

HEADERS = ["ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "ce_environment", "ce_sequence"]
ODD_HEADERS = [
    b"", b"\xff\xfe", b"\x00", b"x" * 3000, b"-1", b"9" * 30, b"9" * 6000, b"1e5", b"2026-01-01", b"None",
    b"00000000-0000-0000-0000-000000000000", b"9999-12-31T23:59:59+00:00", b"0001-01-01T00:00:00+23:59",
]  # fmt: skip
ODD_BODIES = [None, b"", b"{", b"[]", b"null", b"\xff", b'"x"', b"1", b"{}", b'{"state": {}}', b"[" * 50_000]


def sample(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:  # noqa: C901, PLR0911 - one line per kind
    """Return a value that the schema allows."""
    if "$ref" in schema:
        return sample(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], definitions)
    if "const" in schema or schema.get("enum"):
        return schema.get("const", (schema.get("enum") or [None])[0])
    match schema.get("type"), schema.get("format"):
        case "object", _:
            return {name: sample(part, definitions) for name, part in schema.get("properties", {}).items()}
        case "array", _:
            return [sample(schema["items"], definitions)] if "items" in schema else []
        case "string", "uuid":
            return str(new_id())
        case "string", "date-time":
            return datetime.now(UTC).isoformat()
        case (("integer" | "number"), _):
            return 10_000
        case "boolean", _:
            return True
        case "null", _:
            return None
    return "live"


@st.composite
def damaged(draw: st.DrawFn, events: list[type[Event]]) -> Record:
    """A record of one of these events with something wrong about it, or a little more than we know."""
    event = draw(st.sampled_from(events))
    schema = event.model_json_schema()
    data = sample(schema, schema.get("$defs", {}))
    headers = _headers(event, UUID(str(new_id())))
    kind = draw(st.sampled_from(["value", "value", "value", "remove", "more", "header", "no header", "body", "type"]))
    body: bytes | None
    if kind in {"value", "remove"}:
        path = draw(st.sampled_from(list(places_in(data))))
        data = replaced(data, path, REMOVED if kind == "remove" else draw(st.sampled_from(ODD_VALUES)))
    if kind == "more":
        data = {**data, "unknown": draw(st.sampled_from(ODD_VALUES)), "deeper": {"unknown": [1, 2, {}]}}
    if kind == "header":
        headers[draw(st.sampled_from(HEADERS))] = draw(st.sampled_from(ODD_HEADERS))
    if kind == "no header":
        del headers[draw(st.sampled_from(HEADERS))]
    if kind == "type":
        headers["ce_type"] = draw(st.sampled_from([b"identity.unheard-of.v1", event.type.encode()[:-1] + b"9"]))
    body = draw(st.sampled_from(ODD_BODIES)) if kind == "body" else json.dumps(data).encode()
    key = draw(st.sampled_from([b"key", None, b"\xff", b"k" * 2000]))
    return Record(topic=event.topic.name, key=key, value=body, headers=list(headers.items()))


def _headers(event: type[Event], event_id: UUID) -> dict[str, bytes]:
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": str(event_id),
        "ce_type": event.type,
        "ce_source": "/tests",
        "ce_subject": str(new_id()),
        "ce_time": datetime.now(UTC).isoformat(),
        "ce_environment": str(new_id()),
        "ce_sequence": "1",
    }
    return {name: text.encode() for name, text in attributes.items()}


@dataclass(slots=True, kw_only=True)
class Target:
    """The consumers of one service, and where it can be seen what became of a record."""

    consumers: dict[str, EventConsumer[Any]]
    pool: Any
    outcomes: dict[str, int] = field(default_factory=lambda: {"applied": 0, "parked": 0})

    @property
    def events(self) -> list[type[Event]]:
        return [event for event in REGISTRY.values() if event.topic.name in self.consumers]

    async def offer(self, record: Record) -> None:
        """Apply the record, and once more as Kafka may; require that it left a trace, and a single one."""
        consumer = self.consumers[record.topic]
        consumer._consecutive = 0  # the breaker is tested elsewhere; here it would stop what is to go on
        consumer._recent.clear()
        parked = await self._parked(consumer, record)
        await consumer.apply([record])
        parked = await self._parked(consumer, record) - parked
        claimed = await self._claimed(consumer, record)
        assert parked == 1 or (parked == 0 and claimed), f"a record vanished: {record}"
        self.outcomes["parked" if parked else "applied"] += 1

    async def _parked(self, consumer: EventConsumer[Any], record: Record) -> int:
        count: int = await self.pool.fetchval(
            "select count(*) from dead_letters where consumer = $1 and offset_ = $2", consumer.group, record.offset
        )
        return count

    async def _claimed(self, consumer: EventConsumer[Any], record: Record) -> bool:
        try:
            event_id = UUID(dict(record.headers)["ce_id"].decode())
        except (KeyError, ValueError):
            return False
        known: bool = await self.pool.fetchval(
            "select exists (select from inbox where consumer = $1 and event_id = $2)", consumer.group, event_id
        )
        return known


@pytest.fixture
def targets(
    identity: Identity, organizations: Organizations, documents: Documents, billing: Billing
) -> dict[str, Target]:
    of_documents = {consumer.topic.name: consumer for consumer in build_consumers(documents.application)}
    return {
        "identity": Target(consumers=identity.consumers, pool=identity.pool),
        "organizations": Target(consumers=organizations.consumers, pool=organizations.pool),
        "documents": Target(consumers=of_documents, pool=documents.pool),
        "billing": Target(consumers=billing.consumers, pool=billing.pool),
    }


@pytest.mark.parametrize("service", ["identity", "organizations", "documents", "billing"])
async def test_whatever_arrives_is_applied_or_parked(targets: dict[str, Target], service: str) -> None:
    target = targets[service]

    def damage(loop: Loop) -> None:
        @bounded(70)
        @given(record=damaged(target.events))
        def one(record: Record) -> None:
            loop.run(target.offer(record), seconds=10)

        one()

    await explored(damage)
    assert min(target.outcomes.values()) >= 5, target.outcomes


async def test_a_record_that_vanishes_is_noticed(targets: dict[str, Target], monkeypatch: pytest.MonkeyPatch) -> None:
    target = targets["billing"]
    event = target.events[0]
    record = Record(topic=event.topic.name, key=b"k", value=b"{", headers=list(_headers(event, new_id()).items()))

    async def swallow(_records: object) -> None:
        return None

    monkeypatch.setattr(target.consumers[record.topic], "apply", swallow)
    with pytest.raises(AssertionError, match="vanished"):
        await target.offer(record)
