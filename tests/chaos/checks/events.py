"""Invariant 3, first half: what was committed to an outbox reached Kafka, in order per aggregate, and nothing else did;
and every consumer took every event once.
"""

from collections import defaultdict
from collections.abc import Iterator

from chaos.evidence import Evidence, Record, Row, Violation

CONSUMED = {
    "identity": ("organizations.organizations", "organizations.memberships", "billing.accounts"),
    "organizations": (
        "identity.environments", "identity.users", "identity.connection-keys", "billing.accounts", "billing.payments",
    ),
    "documents": (
        "identity.users", "identity.connection-keys", "organizations.organizations", "organizations.memberships",
        "billing.accounts",
    ),
    "billing": (
        "identity.environments", "identity.users", "identity.connection-keys", "organizations.organizations",
        "documents.usage",
    ),
}  # fmt: skip
"""Which topics each service reads."""


def every_outbox_is_empty(evidence: Evidence) -> Iterator[Violation]:
    for service in CONSUMED:
        for row in evidence.rows[f"{service}.outbox"]:
            yield _violation("left in the outbox", row["headers"].get("ce_id"), f"of {service}, for {row['topic']}")


def every_event_reached_kafka(evidence: Evidence) -> Iterator[Violation]:
    """At least once, to its topic, with its key."""
    arrived = {(each.topic, each.event_id): each for each in _readable(evidence)}
    for row in _logged(evidence):
        record = arrived.get((row["topic"], row["event_id"]))
        if record is None:
            yield _violation("event lost", row["event_id"], f"{row['topic']}, subject {row['subject']}")
        elif record.key != row["key"]:
            yield _violation("wrong key", row["event_id"], f"{record.key}, not {row['key']}")


def nothing_reached_kafka_that_was_not_committed(evidence: Evidence) -> Iterator[Violation]:
    """An event that no transaction committed tells of something that did not happen."""
    committed = {row["event_id"] for row in _logged(evidence)} | evidence.earlier_events | evidence.later_events
    for record in _readable(evidence):
        if record.event_id not in committed:
            yield _violation("event of nothing", record.event_id, f"{record.headers.get('ce_type')} at {record.place}")


def events_of_an_aggregate_are_in_order(evidence: Evidence) -> Iterator[Violation]:
    """Each first arrival comes after the first arrivals of what was committed before, within one partition."""
    first: dict[str, Record] = {}
    for arrival in _readable(evidence):
        first.setdefault(arrival.event_id, arrival)
    before: dict[tuple[str, str], Record] = {}
    for row in sorted(_logged(evidence), key=lambda row: row["id"]):
        record = first.get(row["event_id"])
        if record is None:
            continue
        aggregate = (row["topic"], row["subject"])
        previous = before.get(aggregate)
        if previous is not None and previous.partition != record.partition:
            yield _violation("two partitions", row["subject"], f"{previous.place} and {record.place}")
        elif previous is not None and previous.offset > record.offset:
            yield _violation("out of order", row["subject"], f"{record.place} before {previous.place}")
        before[aggregate] = record


def every_consumer_took_every_event(evidence: Evidence) -> Iterator[Violation]:
    """The inbox of each consumer names exactly the events of its topic. (Its key forbids a second time.)"""
    claimed: defaultdict[str, set[str]] = defaultdict(set)
    for service in CONSUMED:
        for row in evidence.rows[f"{service}.inbox"]:
            claimed[row["consumer"]].add(str(row["event_id"]))
    for service, topics in CONSUMED.items():
        for topic in topics:
            there = {record.event_id for record in evidence.topics[topic] if record.place not in evidence.poison}
            mine = claimed[f"{service}.{topic}"]
            for event_id in there - mine:
                yield _violation("not consumed", event_id, f"by {service}.{topic}")
            for event_id in mine - there:
                yield _violation("consumed and not there", event_id, f"by {service}.{topic}")


def only_poison_is_parked(evidence: Evidence) -> Iterator[Violation]:
    """Each poison record is one dead letter of each consumer, and no other record is one."""
    parked: defaultdict[tuple[str, int, int], set[str]] = defaultdict(set)
    for service in CONSUMED:
        for row in evidence.rows[f"{service}.dead_letters"]:
            place = (row["topic"], row["partition"], row["offset_"])
            parked[place].add(service)
            if place not in evidence.poison:
                yield _violation("parked", str(place), f"{row['consumer']}: {row['error_code']}: {row['error']}")
    for place in evidence.poison:
        readers = {service for service, topics in CONSUMED.items() if place[0] in topics}
        if parked[place] != readers:
            yield _violation("poison not parked", str(place), f"by {sorted(parked[place])}, not {sorted(readers)}")


CHECKS = (
    every_outbox_is_empty,
    every_event_reached_kafka,
    nothing_reached_kafka_that_was_not_committed,
    events_of_an_aggregate_are_in_order,
    every_consumer_took_every_event,
    only_poison_is_parked,
)


def _logged(evidence: Evidence) -> Iterator[Row]:
    for service in CONSUMED:
        yield from evidence.rows[f"{service}.outbox_log"]


def _readable(evidence: Evidence) -> Iterator[Record]:
    for records in evidence.topics.values():
        yield from (record for record in records if record.place not in evidence.poison)


def _violation(check: str, about: object, what: str) -> Violation:
    return Violation(check=check, about=str(about), what=what)
