"""Invariant 4: every call of a hook was delivered or is parked with its reason, in order per document."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from uuid import UUID

from chaos.evidence import Evidence, Row, Violation
from chaos.operations.hooks import STEADY
from chaos.receivers import STORES, Behaviour

TAKEN = STORES | {Behaviour.LIAR}
INBOX = frozenset({"available", "downloaded", "expired"})
TOPICS = {"delivered": "InvoiceSent", "rejected": "InvoiceSentError", "failed": "InvoiceSentError"}
STATES = {"delivered": "documents.hook-delivered.v1", "failed": "documents.hook-failed.v1"}


def every_call_is_settled(evidence: Evidence) -> Iterator[Violation]:
    """Delivered, or given up with a reason, or cancelled because its hook was switched off."""
    attempts: defaultdict[UUID, list[Row]] = defaultdict(list)
    for attempt in evidence.rows["documents.hook_attempts"]:
        attempts[attempt["delivery_id"]].append(attempt)
    for row in evidence.rows["documents.hook_deliveries"]:
        tried = sorted(attempts[row["id"]], key=lambda attempt: attempt["attempt"])
        if row["state"] == "pending":
            yield _violation("call not settled", row["id"], f"{row['topic']} after {len(tried)} tries")
        elif not tried:
            yield _violation("settled without a try", row["id"], row["state"])
        elif row["state"] == "failed" and not (tried[-1]["error"] or tried[-1]["status"]):
            yield _violation("parked without a reason", row["id"], row["topic"])


def delivered_calls_arrived(evidence: Evidence) -> Iterator[Violation]:
    """What counts as delivered was taken by its receiver, also when that lied about keeping it.

    Of the cast: the hooks of other stories lead to the sandbox, whose log is not read.
    """
    taken = {call["message"] for call in evidence.calls if call["behaviour"] in TAKEN}
    ours = {row["id"] for row in evidence.rows["documents.documents"] if row["environment_id"] in evidence.cast}
    for row in evidence.rows["documents.hook_deliveries"]:
        if row["about"] not in ours:
            continue
        if row["state"] == "delivered" and message_of(row) not in taken:
            yield _violation("call lost", row["id"], f"{row['topic']} counts as delivered, nobody has it")


def every_event_is_called_once_for_a_steady_hook(evidence: Evidence) -> Iterator[Violation]:
    """A hook that hears everything has one call for the end of each document, and one for each in the inbox."""
    steady = {
        row["organization_id"]: row["id"] for row in evidence.rows["documents.hooks"] if row["public_id"] == STEADY
    }
    calls = Counter((row["hook_id"], row["about"], row["topic"]) for row in evidence.rows["documents.hook_deliveries"])
    for row in evidence.rows["documents.documents"]:
        topic = TOPICS.get(row["state"]) or ("InvoiceReceived" if row["state"] in INBOX else None)
        hook = steady.get(row["organization_id"])
        if hook is not None and topic is not None and calls[hook, row["id"], topic] != 1:
            yield _violation("not called once", row["id"], f"{topic}: {calls[hook, row['id'], topic]} times")


def calls_of_a_document_are_in_order(evidence: Evidence) -> Iterator[Violation]:
    """A receiver has taken what happened to a document first before it is called about what happened next."""
    first_call: dict[str, float] = {}
    first_taken: dict[str, float] = {}
    for call in evidence.calls:
        first_call.setdefault(call["message"], call["at"])
        if call["behaviour"] in TAKEN:
            first_taken.setdefault(call["message"], call["at"])
    lanes: defaultdict[tuple[UUID, UUID], list[Row]] = defaultdict(list)
    for row in evidence.rows["documents.hook_deliveries"]:
        lanes[row["hook_id"], row["about"]].append(row)
    for rows in lanes.values():
        for earlier, later in pairwise(sorted(rows, key=lambda row: row["id"].int)):
            taken, called = first_taken.get(message_of(earlier)), first_call.get(message_of(later))
            if earlier["state"] == "delivered" and taken is not None and called is not None and called < taken:
                yield _violation("calls out of order", later["about"], f"{later['topic']} before {earlier['topic']}")


def every_outcome_is_announced_once(evidence: Evidence) -> Iterator[Violation]:
    told: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for record in evidence.topics["documents.hooks"]:
        if record.place not in evidence.poison:
            told[record.value["delivery_id"], record.headers["ce_type"]].add(record.event_id)
    for row in evidence.rows["documents.hook_deliveries"]:
        for state, event_type in STATES.items():
            times = len(told[str(row["id"]), event_type])
            if times != int(row["state"] == state):
                yield _violation("announced not once", row["id"], f"{row['state']}, {event_type} {times} times")


def no_redirect_is_followed(evidence: Evidence) -> Iterator[Violation]:
    for path in evidence.trapped:
        yield _violation("redirect followed", path, "a webhook went where its receiver pointed")


def message_of(delivery: Row) -> str:
    return f"msg_{delivery['id'].hex}"


CHECKS = (
    every_call_is_settled,
    delivered_calls_arrived,
    every_event_is_called_once_for_a_steady_hook,
    calls_of_a_document_are_in_order,
    every_outcome_is_announced_once,
    no_redirect_is_followed,
)


def _violation(check: str, about: object, what: str) -> Violation:
    return Violation(check=check, about=str(about), what=what)
