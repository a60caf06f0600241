"""Invariant 6 for everything that is not a document: no acknowledged write is missing, and none is undone.

A register is a value that clients set: a hook, a membership, a role, a key, a plan. Its final value must be one that
was written and not replaced since by a write that was acknowledged and begun after it was done.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from chaos.evidence import Evidence, Row, Violation
from chaos.history import Exchange

ANY = "any"
"""A write that leaves a value there, whichever it is."""


def no_acknowledged_write_is_missing(evidence: Evidence) -> Iterator[Violation]:
    writes: defaultdict[str, list[Exchange]] = defaultdict(list)
    for exchange in evidence.history:
        if "register" in exchange.facts and not exchange.refused:
            writes[exchange.facts["register"]].append(exchange)
    registers = _registers(evidence)
    for register, exchanges in writes.items():
        kind, _, rest = register.partition("/")
        final = registers[kind].get(rest)
        if any(exchange.acknowledged for exchange in exchanges) and not _explained(final, exchanges):
            last = [(exchange.facts["value"], exchange.status) for exchange in exchanges[-3:]]
            yield _violation("acknowledged write missing", register, f"it is {final!r}; written last: {last}")


def _explained(final: Any, exchanges: list[Exchange]) -> bool:
    last_certain = max(exchange.sent_at for exchange in exchanges if exchange.acknowledged)
    return any(exchange.done_at >= last_certain and _fits(exchange.facts["value"], final) for exchange in exchanges)


def _fits(written: Any, final: Any) -> bool:
    return final is not None if written == ANY else bool(written == final)


def _registers(evidence: Evidence) -> Mapping[str, dict[str, Any]]:
    """Return the present value of every register, by kind and name."""
    rows = evidence.rows
    return {
        "hook": {f"{row['organization_id']}/{row['public_id']}": _hook(row) for row in rows["documents.hooks"]},
        "membership": {
            f"{row['organization_id']}/{row['user_id']}": row["level"]
            for row in rows["organizations.memberships"]
            if row["status"] == "active"
        },
        "role": {str(row["id"]): row["role"] for row in rows["identity.users"]},
        "blocked": {str(row["id"]): row["status"] == "blocked" for row in rows["identity.users"]},
        "key": {str(row["id"]): row["status"] for row in rows["identity.connection_keys"]},
        "plan": {str(row["environment_id"]): row["plan"] for row in rows["billing.accounts"]},
    }


def _hook(row: Row) -> list[Any]:
    return [row["url"], row["topics"]]


def what_was_made_is_there(evidence: Evidence) -> Iterator[Violation]:
    """Keys and orders of credit whose id was given out exist."""
    keys = {str(row["id"]) for row in evidence.rows["identity.connection_keys"]}
    for exchange in evidence.of("issue"):
        if exchange.acknowledged and exchange.answer["id"] not in keys:
            yield _violation("acknowledged key missing", exchange.answer["id"], exchange.path)
    orders = {str(row["id"]): row for row in evidence.rows["billing.top_ups"]}
    for exchange in evidence.of("top-up"):
        if exchange.acknowledged and exchange.answer["id"] not in orders:
            yield _violation("acknowledged order missing", exchange.answer["id"], exchange.facts["amount"])


def one_key_one_order(evidence: Evidence) -> Iterator[Violation]:
    """An idempotency key orders credit once, however often its request is repeated. (Amounts tell orders apart.)"""
    orders = Counter((str(row["environment_id"]), row["credit_micros"]) for row in evidence.rows["billing.top_ups"])
    keys: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for exchange in evidence.of("top-up"):
        amount = int(Decimal(exchange.facts["amount"]) * 1_000_000)
        keys[exchange.facts["environment"], amount].add(exchange.facts["key"])
    for order, used in keys.items():
        if orders[order] > len(used):
            yield _violation("one key, two orders", min(used), f"{orders[order]} orders of {order[1]} micros")
    answers: defaultdict[str, set[str]] = defaultdict(set)
    for exchange in evidence.of("top-up"):
        if exchange.acknowledged:
            answers[exchange.facts["key"]].add(exchange.answer["id"])
    for key, given in answers.items():
        if len(given) > 1:
            yield _violation("one key, two orders", key, f"{len(given)} ids were given out")


def documents_stay_where_they_were_put(evidence: Evidence) -> Iterator[Violation]:
    """A download is remembered and gave the right content; what was deleted is off the message bus."""
    documents = {str(row["id"]): row for row in evidence.rows["documents.documents"]}
    for exchange in evidence.of("delete"):
        row = documents.get(exchange.facts["document"])
        if exchange.acknowledged and (row is None or row["state"] != "expired"):
            yield _violation("deleted and still there", exchange.facts["document"], str(row and row["state"]))
    for exchange in evidence.of("download"):
        row = documents.get(exchange.facts["document"])
        if not exchange.acknowledged:
            continue
        if row is None or row["state"] not in {"downloaded", "expired"}:
            yield _violation("download forgotten", exchange.facts["document"], str(row and row["state"]))
        elif exchange.answer["sha256"] != row["sha256"].hex():
            yield _violation("other content", exchange.facts["document"], "the download is not what was received")


def what_was_accepted_can_be_asked_for(evidence: Evidence) -> Iterator[Violation]:
    """From the acknowledgement on, the status of a document is never unknown."""
    accepted: dict[tuple[UUID, str], float] = {}
    for exchange in evidence.of("send"):
        if exchange.acknowledged:
            accepted.setdefault((exchange.facts["environment"], exchange.facts["document"]), exchange.done_at)
    for exchange in evidence.of("status"):
        since = accepted.get((exchange.facts["environment"], exchange.facts["document"]))
        if exchange.status == 404 and since is not None and since < exchange.sent_at:
            yield _violation("accepted and not found", exchange.facts["document"], f"at {exchange.sent_at:.3f}")


def no_request_breaks_the_platform(evidence: Evidence) -> Iterator[Violation]:
    """A part that is away is 503; 500 is a case that nobody thought of."""
    for exchange in evidence.history:
        if exchange.status == 500:
            yield _violation("internal error", f"{exchange.method} {exchange.path}", str(exchange.answer))


CHECKS = (
    no_request_breaks_the_platform,
    no_acknowledged_write_is_missing,
    what_was_made_is_there,
    one_key_one_order,
    documents_stay_where_they_were_put,
    what_was_accepted_can_be_asked_for,
)


def _violation(check: str, about: object, what: str) -> Violation:
    return Violation(check=check, about=str(about), what=what)
