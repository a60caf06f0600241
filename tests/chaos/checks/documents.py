"""Invariant 1 and 6 for documents: what was acknowledged is there, ends once, and reaches each inbox once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from uuid import UUID

from chaos.evidence import Evidence, Row, Violation
from chaos.history import Exchange

ENDS = frozenset({"delivered", "rejected", "failed"})
PATHS = {
    "accepted": {"validated", "rejected", "failed"},
    "validated": {"routed", "rejected", "failed"},
    "routed": {"transmitted", "delivered", "rejected", "failed"},
    "transmitted": {"delivered", "rejected", "failed"},
}
INBOX = frozenset({"available", "downloaded", "expired"})
Sent = dict[tuple[UUID, UUID], list[Exchange]]


def no_acknowledged_send_is_missing(evidence: Evidence) -> Iterator[Violation]:
    """Whoever has the id back finds the document, with the content that was sent."""
    rows = _outbound_by_id(evidence)
    for key, exchanges in _sends(evidence).items():
        row = rows.get(key)
        accepted = [exchange for exchange in exchanges if exchange.acknowledged]
        if len(accepted) > 1:
            yield _violation("accepted twice", key[1], f"{len(accepted)} answers 200 for one document id")
        if row is None and accepted:
            yield _violation("acknowledged send missing", key[1], f"acknowledged at {accepted[0].done_at:.3f}")
        if row is None and all(exchange.status == 409 for exchange in exchanges):
            yield _violation("acknowledged send missing", key[1], "the platform says that it has it, and has not")
        if row is not None:
            yield from _right_content(row, exchanges, accepted)


def _right_content(row: Row, exchanges: list[Exchange], accepted: list[Exchange]) -> Iterator[Violation]:
    possible = accepted or [exchange for exchange in exchanges if not exchange.refused or exchange.status == 409]
    if row["sha256"].hex() not in {exchange.facts["sha256"] for exchange in possible}:
        yield _violation("other content", row["caller_document_id"], "what is kept is not what was sent")


def nothing_is_there_that_was_not_sent(evidence: Evidence) -> Iterator[Violation]:
    """A refused send leaves nothing behind, and nobody else's document appears."""
    sends = _sends(evidence)
    for key, row in _outbound_by_id(evidence).items():
        if row["environment_id"] not in evidence.cast:
            continue
        exchanges = sends.get(key, [])
        if not exchanges:
            yield _violation("unknown document", row["id"], "nobody sent it")
        elif all(exchange.refused and exchange.status != 409 for exchange in exchanges):
            yield _violation("refused and kept", row["id"], f"every answer was a refusal: {exchanges[-1].status}")


def every_document_ends_once(evidence: Evidence) -> Iterator[Violation]:
    """Exactly one terminal state, reached on a path that exists, each step in the timeline once."""
    timelines: defaultdict[UUID, list[Row]] = defaultdict(list)
    for step in evidence.rows["documents.timeline"]:
        timelines[step["document_id"]].append(step)
    for row in _outbound(evidence):
        steps = [step["status"] for step in sorted(timelines[row["id"]], key=lambda step: step["sequence"])]
        if row["state"] not in ENDS:
            yield _violation("no end", row["id"], f"still {row['state']}")
            continue
        milestones = [step for step in steps if step in PATHS or step in ENDS]
        legal = milestones[:1] == ["accepted"] and all(
            after in PATHS.get(before, set()) for before, after in pairwise(milestones)
        )
        if not legal or milestones[-1] != row["state"]:
            yield _violation("impossible path", row["id"], f"{' → '.join(steps)}, now {row['state']}")


def every_document_ends_as_it_must(evidence: Evidence) -> Iterator[Violation]:
    """What breaks on the way delays a document; it never changes its outcome."""
    rows = _outbound_by_id(evidence)
    for key, exchanges in _sends(evidence).items():
        row = rows.get(key)
        expected = exchanges[0].facts.get("expect")
        if row is not None and row["state"] in ENDS and expected and row["state"] not in expected.split(" or "):
            reason = f"{row['state']} ({row['reason']}: {row['detail']}), not {expected}"
            yield _violation("other outcome", row["id"], reason)


def delivered_once_to_the_inbox(evidence: Evidence) -> Iterator[Violation]:
    """A delivery on the platform is one inbound document; every other end is none."""
    inbound: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in _inbound(evidence):
        inbound[row["exchange_id"]].append(row)
    for row in _outbound(evidence):
        received = inbound.pop(row["exchange_id"], [])
        expected = 1 if row["state"] == "delivered" and row["delivery_channel"] == "platform" else 0
        if len(received) != expected:
            yield _violation("delivered not once", row["id"], f"{len(received)} in the inbox, not {expected}")
    for exchange_id, rows in inbound.items():
        if len(rows) > 1 or rows[0]["message_id"] is None:
            yield _violation("delivered not once", exchange_id, f"{len(rows)} inbound without a sender")


def one_invoice_is_once_in_the_inbox(evidence: Evidence) -> Iterator[Violation]:
    """The same supplier, date and number is in an inbox once; what came again lies beside it, and says what for."""
    kept: Counter[tuple[object, ...]] = Counter()
    by_id = {row["id"]: row for row in _inbound(evidence)}
    for row in by_id.values():
        identity = (row["organization_id"], row["sender"], row["issue_date"], row["number"])
        if row["state"] in INBOX:
            kept[identity] += 1
        elif row["original_id"] not in by_id:
            yield _violation("duplicate of nothing", row["id"], f"{row['state']}, of {row['original_id']}")
    for invoice, times in kept.items():
        if times > 1:
            yield _violation("twice in the inbox", str(invoice), f"{times} times")


def what_the_network_brought_is_there(evidence: Evidence) -> Iterator[Violation]:
    """A message that was acknowledged to the access point is in the inbox, once however often it came."""
    by_message: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _inbound(evidence):
        if row["message_id"] is not None:
            by_message[row["message_id"]].append(row)
    for exchange in evidence.of("inbound"):
        rows = by_message[exchange.facts["message"]]
        if exchange.acknowledged and not rows:
            yield _violation("acknowledged message missing", exchange.facts["message"], "it is not in the inbox")
    for message, rows in by_message.items():
        if len(rows) > 1:
            yield _violation("twice in the inbox", message, f"{len(rows)} documents of one message")


def every_content_is_there(evidence: Evidence) -> Iterator[Violation]:
    """A document without its content would be a promise without the thing."""
    contents = {(row["expires_on"], bytes(row["sha256"])) for row in evidence.rows["documents.contents"]}
    for row in evidence.rows["documents.documents"]:
        if (row["content_expires_on"], bytes(row["sha256"])) not in contents:
            yield _violation("content missing", row["id"], row["state"])


CHECKS = (
    no_acknowledged_send_is_missing,
    nothing_is_there_that_was_not_sent,
    every_document_ends_once,
    every_document_ends_as_it_must,
    delivered_once_to_the_inbox,
    one_invoice_is_once_in_the_inbox,
    what_the_network_brought_is_there,
    every_content_is_there,
)


def _sends(evidence: Evidence) -> Sent:
    sends: defaultdict[tuple[UUID, UUID], list[Exchange]] = defaultdict(list)
    for exchange in evidence.of("send"):
        sends[UUID(exchange.facts["environment"]), UUID(exchange.facts["document"])].append(exchange)
    return sends


def _outbound(evidence: Evidence) -> Iterable[Row]:
    return (row for row in evidence.rows["documents.documents"] if row["direction"] == "outbound")


def _inbound(evidence: Evidence) -> Iterable[Row]:
    return (row for row in evidence.rows["documents.documents"] if row["direction"] == "inbound")


def _outbound_by_id(evidence: Evidence) -> dict[tuple[UUID, UUID], Row]:
    return {(row["environment_id"], row["caller_document_id"]): row for row in _outbound(evidence)}


def _violation(check: str, about: object, what: str) -> Violation:
    return Violation(check=check, about=str(about), what=what)
