"""What is counted, and by which names: outcomes of calls outside, failures of databases, times from identifiers."""

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx2
import pytest
from fastapi import APIRouter
from shared.contracts.topics import BILLING_PAYMENTS
from shared.database.failures import count_failure
from shared.errors import NotFound, Unavailable
from shared.http.app import HttpKit, create_app
from shared.ids import made_at, new_id
from shared.messaging import consumer as consumer_module
from shared.messaging.consumer import ConsumerStoppedError, EventConsumer
from shared.observability.metrics import FAILURE_KINDS
from shared.observability.outside import OUTCOMES, OutsideSystem
from support.events import Record
from support.figures import change_of, figure

CALLS = "platform_outside_call_seconds_count"


@pytest.fixture(scope="module")
def system() -> OutsideSystem:
    return OutsideSystem("test")


def test_an_identifier_tells_when_it_was_made():
    assert abs(made_at(new_id()) - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_system_shows_zeros_before_it_is_called():
    OutsideSystem("never-called")
    assert [figure(CALLS, system="never-called", outcome=outcome) for outcome in OUTCOMES] == [0, 0, 0]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "answered"),
        (Unavailable("away"), "unavailable"),
        (NotFound("no"), "refused"),
        (ValueError("nonsense"), "refused"),
    ],
    ids=str,
)
def test_a_call_counts_once_by_what_became_of_it(system: OutsideSystem, error: Exception | None, outcome: str):
    def call() -> None:
        with system.called():
            if error is not None:
                raise error

    expected = pytest.raises(type(error)) if error is not None else nullcontext()
    with change_of(CALLS, system="test", outcome=outcome) as counted, expected as raised:
        call()
    assert raised is None or raised.value is error
    assert counted.by == 1


async def test_a_call_that_its_caller_gave_up_found_the_system_away(system: OutsideSystem):
    async def call() -> None:
        async with asyncio.timeout(0.01):
            with system.called():
                await asyncio.sleep(5)

    with change_of(CALLS, system="test", outcome="unavailable") as counted, pytest.raises(TimeoutError):
        await call()
    assert counted.by == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (asyncpg.DiskFullError("no room"), "disk_full"),
        (asyncpg.TooManyConnectionsError("no"), "connections_exhausted"),
        (asyncpg.CannotConnectNowError("starting"), "connection"),
        (ConnectionRefusedError(), "connection"),
        (asyncpg.InterfaceError("connection is closed"), "connection"),
        (asyncpg.DeadlockDetectedError("both"), "conflict"),
        (asyncpg.QueryCanceledError("too long"), "timeout"),
        (TimeoutError(), "timeout"),
        (asyncpg.ReadOnlySQLTransactionError("a standby"), "read_only"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_what_the_database_did_is_counted_by_kind(error: Exception, kind: str):
    with change_of("platform_database_failures_total", kind=kind) as counted:
        count_failure(error)
    assert counted.by == 1


@pytest.mark.parametrize("error", [ValueError("ours"), NotFound("none"), asyncpg.InterfaceError("wrong arguments")])
def test_what_is_our_own_fault_is_not_the_databases(error: Exception):
    before = [figure("platform_database_failures_total", kind=kind) for kind in FAILURE_KINDS]
    count_failure(error)
    assert [figure("platform_database_failures_total", kind=kind) for kind in FAILURE_KINDS] == before


async def test_methods_and_paths_that_clients_invent_make_no_new_series():
    router = APIRouter()

    @router.get("/things/{thing_id}")
    async def thing(thing_id: str) -> str:
        return thing_id

    kit = HttpKit(service="cardinality", base_url="https://koerier.example")
    app = create_app(kit, title="Kit", description="A kit.", routers=[router], state={})
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://kit") as client:
        for number in range(20):
            await client.get(f"/things/{number}")
            await client.get(f"/invented/{number}")
            await client.request(f"INVENTED{number}", "/things/1")
    name = "http_server_request_duration_seconds_count"
    seen = {"service": "cardinality"}
    assert figure(name, **seen, method="GET", route="/things/{thing_id}", status="200") == 20
    assert figure(name, **seen, method="GET", route="unmatched", status="404") == 20
    assert figure(name, **seen, method="other", route="/things/{thing_id}", status="405") == 20


async def test_what_a_stopped_consumer_was_given_still_counts_as_lag(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(consumer_module, "_PAUSES", (0.0,))
    consumer: EventConsumer[None] = EventConsumer(service="kit", topic=BILLING_PAYMENTS, uow=None)  # type: ignore[arg-type]
    consumer.stopped = True
    records = [Record(topic="any", key=None, value=b"", headers=(), timestamp=4000 + number) for number in range(3)]
    with pytest.raises(ConsumerStoppedError):
        await consumer.apply(records)
    assert (consumer.in_hand, consumer.oldest_in_hand) == (3, 4.0)
