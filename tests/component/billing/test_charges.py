"""Charging what documents rendered, as it arrives from Kafka."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from billing.application.correct_credit import CorrectCredit
from billing.application.price_lists import AddPriceList
from shared.contracts.documents import ServiceRendered
from shared.ids import new_id
from support.billing import Billing, Customer
from support.billing_facts import service_rendered
from support.events import Record


async def with_credit(billing: Billing, micros: int) -> Customer:
    customer = await billing.customer()
    await give(billing, customer.environment, micros)
    return customer


async def give(billing: Billing, environment: UUID, micros: int) -> None:
    await billing.application.correct_credit(
        CorrectCredit(environment_id=environment, amount_micros=micros, reason="for a test")
    )


async def shown_balance(customer: Customer) -> Decimal:
    return Decimal((await customer.get("balance")).json()["balance"])


@pytest.mark.requirement("R10.8", "RA1.2", "RA1.1")
async def test_sending_and_receiving_cost_what_the_price_list_says(billing: Billing) -> None:
    customer = await with_credit(billing, 50_000_000)
    await billing.consume(
        service_rendered(customer.environment, service="send_einvoice"),
        service_rendered(customer.environment, service="receive_einvoice"),
        service_rendered(customer.environment, service="send_manual"),
    )
    assert await shown_balance(customer) == Decimal("49.488")
    assert await billing.ledger_sum(customer.environment) == 49_488_000
    charges = await billing.published(customer.environment, "billing.charge-booked.v1")
    assert [charge.data["amount_micros"] for charge in charges] == [171_000, 341_000, 0]
    assert {charge.topic for charge in charges} == {"billing.charges"}
    assert all(charge.key == charge.data["charge_id"] for charge in charges)


@pytest.mark.requirement("R10.8", "RA1.2")
async def test_a_document_is_charged_once_per_service_however_often_it_is_told(billing: Billing) -> None:
    customer = await with_credit(billing, 50_000_000)
    document = new_id()
    same_event = service_rendered(customer.environment, document=document, service="receive_einvoice")
    await billing.consume(same_event, same_event)
    await billing.consume(same_event)
    repeated = [service_rendered(customer.environment, document=document, service="receive_einvoice") for _ in range(9)]
    for start in (0, 3, 6):
        await billing.consume(*repeated[start : start + 3])
    assert {await parked(billing, record) for record in repeated} == {None}
    await billing.consume(service_rendered(customer.environment, document=document, service="send_einvoice"))
    assert await shown_balance(customer) == Decimal("49.488")
    assert len(await billing.published(customer.environment, "billing.charge-booked.v1")) == 2


@pytest.mark.requirement("R10.8")
async def test_the_statement_links_each_charge_to_its_document(billing: Billing) -> None:
    customer = await with_credit(billing, 50_000_000)
    document = new_id()
    record = service_rendered(customer.environment, document=document, service="receive_einvoice")
    await billing.consume(record)
    (line, given) = (await customer.get("transactions")).json()["items"]
    told = ServiceRendered.model_validate_json(record.value or b"")
    assert line["documentId"] == str(document)
    assert line["organizationId"] == str(told.organization_id)
    assert (line["kind"], line["service"], line["amount"]) == ("charge", "receive_einvoice", "-0.341")
    assert (line["number"], line["balanceAfter"]) == (2, "49.659")
    assert datetime.fromisoformat(line["occurredAt"]) == told.rendered_at
    assert (given["kind"], given["amount"], given["reason"]) == ("correction", "50.00", "for a test")


@pytest.mark.requirement("R10.9", "RA1.6")
async def test_crossing_zero_is_told_once_down_and_once_up_and_receiving_is_charged_on(billing: Billing) -> None:
    customer = await with_credit(billing, 400_000)
    for _ in range(4):
        await billing.consume(service_rendered(customer.environment, service="receive_einvoice"))
    assert await shown_balance(customer) == Decimal("-0.964")
    assert (await customer.get("balance")).json()["depleted"] is True
    await give(billing, customer.environment, 964_000)
    assert (await customer.get("balance")).json()["depleted"] is True, "exactly zero is depleted"
    await give(billing, customer.environment, 1)
    assert [name for name in await customer.types() if name.startswith("balance")] == [
        "balance-restored",
        "balance-depleted",
        "balance-restored",
    ]
    accounts = [event for event in await billing.published(customer.environment) if event.topic == "billing.accounts"]
    assert [event.sequence for event in accounts] == list(range(1, len(accounts) + 1))
    assert [event.data["state"]["depleted"] for event in accounts] == [True, False, False, True, True, False, False]
    assert {event.key for event in accounts} == {str(customer.environment)}


async def test_a_balance_that_gets_low_is_told_once(billing: Billing) -> None:
    customer = await with_credit(billing, 5_200_000)
    for _ in range(3):
        await billing.consume(service_rendered(customer.environment))
    (low,) = await billing.published(customer.environment, "billing.balance-low.v1")
    assert low.data["balance_micros"] == 5_200_000 - 2 * 171_000


@pytest.mark.requirement("R10.9")
async def test_an_environment_that_nobody_announced_is_charged_too(billing: Billing) -> None:
    stranger = new_id()
    await billing.consume(service_rendered(stranger, service="receive_einvoice"))
    assert await billing.balance_micros(stranger) == -341_000
    assert await billing.types(stranger) == ["charge-booked"]


async def test_one_batch_charges_many_accounts(billing: Billing) -> None:
    environments = [new_id() for _ in range(40)]
    await billing.consume(*(service_rendered(environments[n % 40], service="receive_einvoice") for n in range(200)))
    balances = {await billing.balance_micros(environment) for environment in environments}
    assert balances == {-5 * 341_000}


async def parked(billing: Billing, record: Record) -> str | None:
    code: str | None = await billing.pool.fetchval(
        "select error_code from dead_letters where topic = $1 and offset_ = $2", record.topic, record.offset
    )
    return code


def rendered_without_offset(environment: UUID) -> Record:
    record = service_rendered(environment)
    naive = (record.value or b"").replace(b'Z"', b'"')
    assert naive != record.value
    return replace(record, value=naive)


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("no_price_in_force", lambda env: service_rendered(env, service="teleport")),
        ("no_price_in_force", lambda env: service_rendered(env, rendered_at=datetime(2024, 1, 1, tzinfo=UTC))),
        ("time_without_offset", rendered_without_offset),
    ],
)
async def test_a_service_that_cannot_be_priced_is_parked_and_the_rest_is_charged(
    billing: Billing, code: str, make: Callable[[UUID], Record]
) -> None:
    customer = await with_credit(billing, 50_000_000)
    poison = make(customer.environment)
    await billing.consume(
        service_rendered(customer.environment), poison, service_rendered(customer.environment, service="send_manual")
    )
    assert await parked(billing, poison) == code
    assert await shown_balance(customer) == Decimal("49.829")
    assert len(await billing.published(customer.environment, "billing.charge-booked.v1")) == 2


@pytest.mark.requirement("RA1.9")
async def test_a_new_price_holds_from_its_time_on_and_not_before(billing: Billing) -> None:
    customer = await with_credit(billing, 50_000_000)
    change = billing.clock.now() + timedelta(days=400)
    await billing.application.add_price_list(
        AddPriceList(valid_from=change, amount_micros={"send_einvoice": 200_000, "receive_einvoice": 400_000})
    )
    await billing.consume(
        service_rendered(customer.environment, rendered_at=change - timedelta(microseconds=1)),
        service_rendered(customer.environment, rendered_at=change),
    )
    charges = await billing.published(customer.environment, "billing.charge-booked.v1")
    assert [charge.data["amount_micros"] for charge in charges] == [171_000, 200_000]


async def test_a_document_that_two_payers_are_told_of_is_charged_to_the_first(billing: Billing) -> None:
    first, second = new_id(), new_id()
    document = new_id()
    await billing.consume(service_rendered(first, document=document))
    await billing.consume(service_rendered(second, document=document))
    assert await billing.balance_micros(first) == -171_000
    assert await billing.ledger_sum(second) == 0


async def test_an_event_with_a_broken_payload_or_another_version_is_parked(billing: Billing) -> None:
    environment = new_id()
    good = service_rendered(environment)
    broken = replace(service_rendered(environment), value=b"{")
    future = of_type(service_rendered(environment), "documents.service-rendered.v9")
    await billing.consume(broken, future, good)
    assert await billing.balance_micros(environment) == -171_000
    assert (await parked(billing, broken), await parked(billing, future)) == ("malformed_data", "unknown_version")


async def test_an_event_of_an_unknown_type_is_only_counted(billing: Billing) -> None:
    environment = new_id()
    other = of_type(service_rendered(environment), "documents.something-new.v1")
    await billing.consume(other)
    assert await billing.types(environment) == []
    assert await parked(billing, other) is None


def of_type(record: Record, event_type: str) -> Record:
    headers = [(name, event_type.encode() if name == "ce_type" else value) for name, value in record.headers]
    return replace(record, headers=headers)
