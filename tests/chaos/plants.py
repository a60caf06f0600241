"""What is planted to see the checkers bite: each fault with the violation that must be found."""

from dataclasses import replace
from uuid import UUID

from chaos.evidence import Evidence, Read
from chaos.planting import Plant, again, also_asked, asked, change, drop, read, rows, swapped, topic
from chaos.small_world import BUYER, CALLERS_ID, KEY, RECEIVED, REFUSED, SENT, SUPPLIER, TOP_UP, an_id


def forget_what_was_sent(evidence: Evidence) -> None:
    evidence.history = [each for each in evidence.history if each.facts.get("document") != str(CALLERS_ID)]


def refuse_everything(evidence: Evidence) -> None:
    evidence.history = [replace(each, status=400) if each.kind == "send" else each for each in evidence.history]


def called_too_early(evidence: Evidence) -> None:
    evidence.calls.reverse()
    for number, call in enumerate(evidence.calls):
        call["at"] = float(number)


def poison_nobody_parked(evidence: Evidence) -> None:
    record = evidence.topics["identity.users"][0]
    poisoned = replace(record, offset=99, headers={}, value=None)
    evidence.topics["identity.users"].append(poisoned)
    evidence.poison.add(poisoned.place)


def redirect_followed(evidence: Evidence) -> None:
    evidence.trapped.append("/trap/redirected")


def forged_charge(evidence: Evidence) -> None:
    """Change the amount of a charge and of the balance alike: only the chain of hashes can tell."""
    charge = next(row for row in evidence.rows["billing.ledger_transactions"] if row["service"] == "send_einvoice")
    for row in rows(evidence, "billing.ledger_entries", transaction_id=charge["id"]):
        row["amount_micros"] *= 2
    change("billing.accounts", {"balance_micros": 50_000_000 - 342_000}, environment_id=SUPPLIER)(evidence)


def blind(evidence: Evidence) -> None:
    del evidence.reads[:2]
    evidence.reads.append(Read(reader="supplier", environment=SUPPLIER, path="/x", status=404, body={}))


DOCUMENTS, TIMELINE = "documents.documents", "documents.timeline"
LEDGER, ENTRIES, ACCOUNTS = "billing.ledger_transactions", "billing.ledger_entries", "billing.accounts"
STOLEN = {"items": [{"id": str(SENT)}]}
POISONED = {
    "consumer": "documents.identity.users", "topic": "identity.users", "partition": 0, "offset_": 0,
    "error_code": "bug", "error": "KeyError",
}  # fmt: skip
PLANTS: dict[str, tuple[Plant, str]] = {
    "a lost send": (drop(DOCUMENTS, id=SENT), "acknowledged send missing"),
    "other content than was sent": (change(DOCUMENTS, {"sha256": b"\x02"}, id=SENT), "other content"),
    "a send accepted twice": (also_asked("send"), "accepted twice"),
    "a document that nobody sent": (forget_what_was_sent, "unknown document"),
    "a refused document that was kept": (refuse_everything, "refused and kept"),
    "a document without an end": (change(DOCUMENTS, {"state": "validated"}, id=SENT), "no end"),
    "two ends": (again(TIMELINE, {"status": "failed", "sequence": 9}, document_id=SENT, sequence=4), "impossible path"),
    "a step that is missing": (drop(TIMELINE, document_id=SENT, sequence=2), "impossible path"),
    "an outcome that changed": (asked("send", facts={"environment": str(SUPPLIER), "document": str(CALLERS_ID),
        "sha256": "01", "expect": "rejected"}), "other outcome"),
    "a delivery that never came": (drop(DOCUMENTS, id=RECEIVED), "delivered not once"),
    "a delivery that came twice": (again(DOCUMENTS, {"id": an_id("twin")}, id=RECEIVED), "delivered not once"),
    "an invoice twice in the inbox": (
        again(DOCUMENTS, {"id": an_id("twin"), "exchange_id": an_id("else"), "message_id": "m"}, id=RECEIVED),
        "twice in the inbox",
    ),
    "a network message that is lost": (
        also_asked("issue", kind="inbound", facts={"message": "lost"}),
        "acknowledged message missing",
    ),
    "content that is lost": (drop("documents.contents"), "content missing"),
    "a document charged twice": (again(LEDGER, {"id": an_id("twin")}, service="send_einvoice"), "charged twice"),
    "a document not charged": (drop(LEDGER, service="receive_einvoice"), "not charged"),
    "a charge for a rejected document": (
        again(LEDGER, {"id": an_id("twin"), "document_id": REFUSED}, service="send_einvoice"),
        "charged for nothing",
    ),
    "a charge to somebody else": (
        change(LEDGER, {"environment_id": SUPPLIER}, service="receive_einvoice"),
        "charged to somebody else",
    ),
    "a wrong price": (change(LEDGER, {"amount_micros": -1}, service="send_einvoice"), "wrong price"),
    "a wrong balance": (change(ACCOUNTS, {"balance_micros": 1}, environment_id=SUPPLIER), "wrong balance"),
    "entries that do not add up": (
        change(ENTRIES, {"amount_micros": 1}, transaction_id=an_id("purchase"), line=1),
        "ledger does not add up",
    ),
    "a rewritten ledger": (forged_charge, "broken chain"),
    "a transaction taken out": (drop(LEDGER, id=an_id("purchase")), "gap in the ledger"),
    "a payment that was not booked": (drop(LEDGER, reference_id=TOP_UP), "payment not booked once"),
    "a payment that nobody noticed": (change("billing.payments", {"status": "open"}), "payment not followed"),
    "an event that never reached Kafka": (topic("documents.documents", lambda found: found[1:]), "event lost"),
    "an event that nobody committed": (drop("documents.outbox_log", id=19), "event of nothing"),
    "events in another order": (topic("documents.documents", swapped), "out of order"),
    "an event in another partition": (
        topic("documents.documents", lambda found: [replace(found[0], partition=5), *found[1:]]),
        "two partitions",
    ),
    "an event left in the outbox": (
        lambda evidence: evidence.rows["billing.outbox"].append({"headers": {"ce_id": "x"}, "topic": "t"}),
        "left in the outbox",
    ),
    "an event that a consumer skipped": (
        lambda evidence: evidence.rows["billing.inbox"].pop(),
        "not consumed",
    ),
    "a good event that was parked": (
        lambda evidence: evidence.rows["documents.dead_letters"].append(dict(POISONED)),
        "parked",
    ),
    "poison that nobody parked": (poison_nobody_parked, "poison not parked"),
    "a projection that is behind": (
        change("documents.connection_keys", {"status": "active", "sequence": 1}, id=KEY),
        "projection differs",
    ),
    "a projection without a row": (drop("billing.users", environment_id=BUYER), "projection differs"),
    "a party that receives no longer": (
        change("documents.parties", {"receiving": False}, party="0106:68727720"),
        "parties differ",
    ),
    "credit told wrongly": (change(ACCOUNTS, {"balance_micros": 5}, environment_id=BUYER), "credit told wrongly"),
    "a call that was forgotten": (drop("documents.hook_deliveries", topic="InvoiceReceived"), "not called once"),
    "a call that was lost": (lambda evidence: evidence.calls.clear(), "call lost"),
    "a call that still waits": (
        change("documents.hook_deliveries", {"state": "pending"}, topic="InvoiceSent"),
        "call not settled",
    ),
    "a call parked without a reason": (
        lambda evidence: [
            change("documents.hook_deliveries", {"state": "failed"}, topic="InvoiceSent")(evidence),
            [row.update(status=None) for row in evidence.rows["documents.hook_attempts"]],
        ],
        "parked without a reason",
    ),
    "calls in another order": (called_too_early, "calls out of order"),
    "an outcome announced twice": (
        topic("documents.hooks", lambda found: [*found, replace(found[0], offset=99, headers={
            **found[0].headers, "ce_id": "other"})]),
        "announced not once",
    ),
    "a redirect that was followed": (redirect_followed, "redirect followed"),
    "a list with somebody else's document": (read("/documents/v1/documents", STOLEN), "leak"),
    "somebody else's content": (read(f"/documents/v1/documents/{SENT}/content", "<Invoice/>"), "leak"),
    "a revoked key that works": (
        read("/api/v1/me", {}, reader="revoked key", environment=UUID(int=0)),
        "revoked key still works",
    ),
    "a platform that shows nothing": (
        blind,
        "sees nothing at all",
    ),
    "a write that is undone": (
        change("identity.connection_keys", {"status": "active"}, id=KEY),
        "acknowledged write missing",
    ),
    "a key that is gone": (drop("identity.connection_keys", id=KEY), "acknowledged key missing"),
    "an order that is gone": (drop("billing.top_ups", id=TOP_UP), "acknowledged order missing"),
    "two orders for one key": (also_asked("top-up", answer={"id": str(an_id("other"))}), "one key, two orders"),
    "a download that is forgotten": (change(DOCUMENTS, {"state": "available"}, id=RECEIVED), "download forgotten"),
    "a deletion that is undone": (also_asked("download", kind="delete"), "deleted and still there"),
    "a status that is not found": (asked("status", status=404), "accepted and not found"),
    "an answer 500": (also_asked("plan", status=500), "internal error"),
    "work that is left": (lambda evidence: evidence.left.update({"documents jobs": 3}), "not quiet"),
}  # fmt: skip
