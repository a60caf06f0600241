"""The commands for support and operations, as processes."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass

import pytest
from koerier.servers.databases import ServiceDatabase
from shared.ids import new_id
from support.billing import migrate_billing
from support.postgres import CreateDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def database(create_database: CreateDatabase) -> ServiceDatabase:
    return create_database("billing", migrate_billing)


async def run(database: ServiceDatabase, *arguments: str) -> Finished:
    settings = {
        "BILLING_POSTGRES__DSN": database.app_dsn,
        "BILLING_KAFKA__BOOTSTRAP_SERVERS": "nowhere:9092",
        "BILLING_MOLLIE__API_KEY": "test_commands",
        "BILLING_LOG__LEVEL": "ERROR",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "billing",
        *arguments,
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Finished(code=process.returncode or 0, out=out.decode(), err=err.decode())


@pytest.mark.requirement("RA1.5", "RA1.1")
async def test_support_corrects_a_credit_with_a_reason_and_the_ledger_verifies(database: ServiceDatabase) -> None:
    environment = str(new_id())
    correct = ["credit", "correct", "--environment", environment, "--reason", "a mistake of ours"]
    given = await run(database, *correct, "--amount", "12.50")
    taken = await run(database, *correct, "--amount", "-0.171")
    assert (given.code, json.loads(given.out)) == (0, {"environmentId": environment, "balance": "12.50"})
    assert json.loads(taken.out)["balance"] == "12.329"
    verified = await run(database, "ledger", "verify")
    assert (verified.code, json.loads(verified.out)) == (0, {"environments": 1, "transactions": 2, "problems": 0})


@pytest.mark.requirement("RA1.5")
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["credit", "correct", "--environment", str(new_id()), "--amount", "1.00", "--reason", " "], "reason_required"),
        (["credit", "correct", "--environment", str(new_id()), "--amount", "0.00", "--reason", "x"], "amount_refused"),
        (["prices", "add", "--valid-from", "2025-06-01T00:00:00Z", "send_einvoice=0.10"], "price_list_in_past"),
        (["prices", "add", "--valid-from", "2999-01-01T00:00:00", "send_einvoice=0.10"], "time_without_offset"),
    ],
)
async def test_a_command_that_is_refused_says_why_and_fails(
    database: ServiceDatabase, arguments: list[str], complaint: str
) -> None:
    refused = await run(database, *arguments)
    assert refused.code == 1
    assert complaint in refused.err


@pytest.mark.requirement("RA1.9")
async def test_a_price_list_is_added_for_later(database: ServiceDatabase) -> None:
    prices = ["send_einvoice=0.18", "receive_einvoice=0.36", "send_manual=0.00"]
    added = await run(database, "prices", "add", "--valid-from", "2999-01-01T00:00:00Z", *prices)
    assert (added.code, list(json.loads(added.out))) == (0, ["priceListId"])
