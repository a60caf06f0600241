"""What operators see: lag, readiness, and logs without secrets."""

import asyncio
import io
import json
import logging
import sys
from contextlib import suppress
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from shared.messaging.lag import LagMonitor, Progress
from shared.observability.health import problems_of
from shared.observability.logging import configure_logging
from shared.observability.tracing import open_span
from shared.settings import LogSettings


class Partitions:
    """A Kafka client with two partitions whose ends and positions the test sets."""

    def __init__(self) -> None:
        self.ends = {0: 0, 1: 0}
        self.positions = {0: 0, 1: 0}
        self.assigned = True

    def assignment(self) -> set[int]:
        return set(self.ends) if self.assigned else set()

    async def end_offsets(self, _partitions: Any) -> dict[int, int]:
        return dict(self.ends)

    async def position(self, partition: int) -> int:
        return self.positions[partition]


class Consumer:
    group = "kit.topic"
    stopped = False
    in_hand = 0
    oldest_in_hand: float | None = None
    applying = False


class Subscriber:
    def __init__(self) -> None:
        self.consumer: Any = Partitions()


class Watch:
    """One consumer under watch, with a clock that the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("shared.messaging.lag.time.monotonic", lambda: self.now)
        self.consumer = Consumer()
        self.subscriber = Subscriber()
        self.progress = Progress(consumer=self.consumer, subscriber=self.subscriber)  # type: ignore[arg-type]

    @property
    def kafka(self) -> Partitions:
        kafka: Partitions = self.subscriber.consumer
        return kafka

    async def after(self, seconds: float) -> Progress:
        self.now += seconds
        await self.progress.measure()
        return self.progress


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


async def test_an_empty_topic_is_complete_without_lag(watch: Watch):
    seen = await watch.after(1)
    assert (seen.complete, seen.records, seen.seconds) == (True, 0, 0.0)


async def test_a_topic_whose_records_have_all_expired_is_complete(watch: Watch):
    watch.kafka.ends = watch.kafka.positions = {0: 900, 1: 0}
    assert (await watch.after(1)).complete


async def test_a_new_consumer_is_complete_once_it_has_been_at_the_end_and_stays_so(watch: Watch):
    watch.kafka.ends = {0: 10, 1: 5}
    assert not (await watch.after(1)).complete
    watch.kafka.positions = {0: 10, 1: 5}
    assert (await watch.after(1)).complete
    watch.kafka.ends = {0: 11, 1: 5}
    seen = await watch.after(1)
    assert (seen.complete, seen.records) == (True, 1)


async def test_lag_is_the_age_of_the_oldest_record_that_waits(watch: Watch):
    watch.kafka.ends = {0: 3, 1: 0}
    assert [(await watch.after(1)).seconds for _ in range(4)] == [0.0, 1.0, 2.0, 3.0]
    watch.kafka.positions = {0: 3, 1: 0}
    assert (await watch.after(1)).seconds == 0.0


async def test_under_steady_load_there_is_always_something_to_do_but_no_lag(watch: Watch):
    for second in range(1, 60):
        watch.kafka.ends = {0: second * 10, 1: 0}
        watch.kafka.positions = {0: second * 10 - 3, 1: 0}
        seen = await watch.after(1)
        assert seen.records == 3
        assert seen.seconds <= 1.0


async def test_records_that_were_fetched_but_not_applied_still_count(watch: Watch):
    watch.kafka.ends = watch.kafka.positions = {0: 200, 1: 0}
    watch.consumer.in_hand = 200
    seen = await watch.after(1)
    assert (seen.records, seen.complete) == (200, False)
    assert (await watch.after(7)).seconds == 7.0


async def test_a_record_in_hand_tells_its_age_itself_also_after_a_restart(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("shared.messaging.lag.time.time", lambda: 5000.0)
    watch.kafka.ends = watch.kafka.positions = {0: 200, 1: 0}
    watch.consumer.in_hand, watch.consumer.oldest_in_hand = 200, 1400.0
    assert (await watch.after(1)).age == 3600.0
    watch.consumer.in_hand, watch.consumer.oldest_in_hand = 0, None
    assert (await watch.after(1)).age == 0.0


async def test_what_other_partitions_left_behind_does_not_count_as_lag(watch: Watch):
    watch.kafka.ends, watch.kafka.positions = {0: 900, 1: 900}, {0: 900, 1: 0}
    assert [(await watch.after(1)).seconds for _ in range(3)] == [0.0, 1.0, 2.0]
    watch.kafka.ends = watch.kafka.positions = {0: 900}
    seen = await watch.after(1)
    assert (seen.records, seen.seconds) == (0, 0.0)


async def test_partitions_that_a_worker_takes_over_make_it_incomplete_until_it_is_at_their_end(watch: Watch):
    watch.kafka.ends = watch.kafka.positions = {0: 5}
    assert (await watch.after(1)).complete
    watch.kafka.ends, watch.kafka.positions = {0: 5, 1: 1000}, {0: 5, 1: 0}
    assert not (await watch.after(1)).complete
    watch.kafka.ends, watch.kafka.positions = {0: 5, 1: 1009}, {0: 5, 1: 1000}
    assert (await watch.after(1)).complete, "at the end that was, though more has come since"
    watch.kafka.ends, watch.kafka.positions = {0: 9}, {0: 5}
    assert (await watch.after(1)).complete, "it had this one before"


async def test_a_worker_is_ready_only_when_every_consumer_is_assigned_complete_and_runs(watch: Watch):
    monitor = LagMonitor(None, [watch.progress], member="1")
    assert monitor.problems == ["kit.topic: unassigned"]
    watch.kafka.ends = {0: 1, 1: 0}
    await watch.after(1)
    assert monitor.problems == ["kit.topic: behind"]
    watch.kafka.positions = {0: 1, 1: 0}
    await watch.after(1)
    assert monitor.problems == []
    watch.consumer.stopped = True
    assert monitor.problems == ["kit.topic: stopped"]
    watch.consumer.stopped = False
    watch.kafka.assigned = False
    await watch.after(1)
    assert monitor.problems == ["kit.topic: unassigned"]


async def test_readiness_names_what_is_wrong_and_waits_for_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shared.observability.health._PATIENCE", 0.02)

    async def fine() -> str | None:
        return None

    async def ill() -> str | None:
        return "not today"

    async def broken() -> str | None:
        raise ConnectionRefusedError("no route")

    async def stuck() -> str | None:
        await asyncio.sleep(30)
        return None

    problems = await problems_of({"fine": fine, "ill": ill, "broken": broken, "stuck": stuck})
    assert problems == {
        "ill": "not today",
        "broken": "ConnectionRefusedError('no route')",
        "stuck": "TimeoutError()",
    }


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch):
    """Configure logs as a service does; yields what it wrote."""
    root = logging.getLogger()
    before, level, configured = root.handlers[:], root.level, structlog.get_config()
    output = io.StringIO()
    monkeypatch.setattr(sys, "stdout", output)
    configure_logging(LogSettings(), service="kit")
    yield output
    root.handlers[:] = before
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()
    structlog.configure(**configured)


def test_a_log_line_carries_the_trace_that_it_belongs_to(logged: io.StringIO):
    tracer = TracerProvider().get_tracer("tests")
    with tracer.start_as_current_span("request") as span:
        structlog.get_logger("tests").info("inside")
        logging.getLogger("library").warning("inside as well")
    structlog.get_logger("tests").info("outside")
    first, second, third = (json.loads(line) for line in logged.getvalue().splitlines())
    trace_id = format(span.get_span_context().trace_id, "032x")
    assert [first["trace_id"], second["trace_id"], "trace_id" in third] == [trace_id, trace_id, False]


def test_an_error_that_quotes_somebody_does_so_neither_in_logs_nor_in_traces(logged: io.StringIO):
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    violation = ValueError("duplicate key\nDETAIL: Key (address)=(jan@acme.example) already exists.")
    violation.add_note("for\njan@acme.example")
    fault = RuntimeError("it did not go\nwith jan@acme.example")
    log = structlog.get_logger("tests")
    with suppress(RuntimeError), open_span(provider.get_tracer("tests"), "request"):
        try:
            raise ExceptionGroup("all of it", [violation])  # noqa: TRY301 - as it comes out of a task group
        except ExceptionGroup as error:
            raise fault from error
    log.error("it_failed", exc_info=fault)
    log.warning("it_waits", error=str(violation))
    first, second = (json.loads(line) for line in logged.getvalue().splitlines())
    outer, group = first["exception"]
    assert [outer["exc_value"], group["exc_value"]] == ["it did not go", "all of it (1 sub-exception)"]
    assert group["exceptions"][0][0]["exc_value"] == "duplicate key"
    assert second["error"] == "duplicate key"
    (span,) = spans.get_finished_spans()
    assert [(event.name, dict(event.attributes or {})) for event in span.events] == [
        ("exception", {"exception.type": "RuntimeError"})
    ]
    assert (span.status.status_code.name, span.status.description) == ("ERROR", "RuntimeError")
    assert "jan@" not in logged.getvalue()
    assert "jan@" not in span.to_json()


def test_a_log_line_is_an_object_without_secrets_or_local_variables(logged: io.StringIO):
    log = structlog.get_logger("tests")
    password = "correct horse"
    log.info("user_registered", user_id=7, access_token="abc", dsn="postgres://x", Password=password)
    try:
        int("no number")
    except ValueError:
        log.exception("it_failed")
    logging.getLogger("library").warning("something %s", "happened")
    first, second, third = (json.loads(line) for line in logged.getvalue().splitlines())
    assert (first["event"], first["service"], first["user_id"], first["level"]) == ("user_registered", "kit", 7, "info")
    assert (first["access_token"], first["dsn"], first["Password"]) == ("***", "***", "***")
    assert "no number" in second["exception"][0]["exc_value"]
    assert "correct horse" not in logged.getvalue()
    assert third["event"] == "something happened"


async def test_what_failed_goes_with_its_partition(watch: Watch):
    watch.kafka.ends = watch.kafka.positions = {0: 5, 1: 9}
    watch.consumer.in_hand, watch.consumer.oldest_in_hand = 4, 1400.0
    assert (await watch.after(1)).records == 4
    watch.kafka.ends = watch.kafka.positions = {0: 5}
    seen = await watch.after(1)
    assert (seen.records, watch.consumer.in_hand, seen.moved_at) == (0, 0, watch.now)
