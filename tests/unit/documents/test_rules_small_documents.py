"""Small documents beside the event loop: one at a time, never longer than the deadline, never in the loop's way."""

import asyncio
import threading
import time
from contextlib import contextmanager

import pytest
from documents.adapters.rules.rule_engine import NotEvaluated
from documents.adapters.rules.small_documents import SmallDocuments
from documents.domain.findings import MalformedXml, RulesUnavailable
from support.verdicts import NOW, verdict_with


class Validating:
    """Answers with a verdict, or does what `act` does first."""

    def __init__(self, act=lambda _: None):
        self.act = act
        self.threads = set()

    def validate(self, document, _choice):
        self.threads.add(threading.get_ident())
        self.act(document)
        return verdict_with()


@contextmanager
def small_documents(load, *, max_bytes=10, deadline=5.0):
    small = SmallDocuments(load, max_bytes=max_bytes, deadline=deadline)
    try:
        yield small
    finally:
        small.close()


@contextmanager
def blocked():
    """Something that holds the thread until the end of the test at the latest."""
    gate = threading.Event()
    try:
        yield gate
    finally:
        gate.set()


async def ready(small) -> None:
    small.prepare()
    assert await small.prepared()


async def test_the_first_question_loads_and_the_next_ones_are_taken():
    validating = Validating()
    with small_documents(lambda: validating) as small:
        assert not small.takes(b"<a/>")
        assert await small.prepared()
        assert small.takes(b"<a/>")
        assert (await small.validate(b"<a/>", NOW)).valid
    assert threading.get_ident() not in validating.threads


async def test_large_documents_are_not_taken_and_load_nothing():
    loads = []
    with small_documents(lambda: loads.append(1) or Validating()) as small:
        assert not small.takes(b"12345678901")
        assert not await small.prepared()
        assert loads == []
        await ready(small)
        assert small.takes(b"1234567890")
        assert not small.takes(b"12345678901")


async def test_it_is_loaded_once_however_many_ask():
    loads = []
    with small_documents(lambda: loads.append(1) or Validating()) as small:
        for _ in range(5):
            small.takes(b"")
        await small.prepared()
        small.prepare()
        assert loads == [1]


@pytest.mark.parametrize("error", [RulesUnavailable("not fetched"), ZeroDivisionError()])
async def test_what_cannot_be_loaded_is_tried_again_but_not_at_once(error, monkeypatch):
    loads = []

    def load():
        loads.append(1)
        raise error

    with small_documents(load) as small:
        for _ in range(3):
            assert not small.takes(b"")
            assert not await small.prepared()
        assert len(loads) == 1
        small._next_load = 0
        small.takes(b"")
        await small.prepared()
        assert len(loads) == 2


async def test_one_document_at_a_time_and_only_a_few_may_wait():
    running = []
    most = []

    def act(_):
        running.append(1)
        most.append(len(running))
        gate.wait(5)
        running.pop()

    with blocked() as gate, small_documents(lambda: Validating(act)) as small:
        await ready(small)
        waiting = []
        while small.takes(b""):
            waiting.append(asyncio.create_task(small.validate(b"", NOW)))
            await asyncio.sleep(0)
        assert len(waiting) == 4
        gate.set()
        assert all(verdict.valid for verdict in await asyncio.gather(*waiting))
        await asyncio.sleep(0)
        assert small.takes(b"")
    assert max(most) == 1


async def test_a_document_that_takes_too_long_is_left_to_the_reference_and_nobody_follows_it():
    with blocked() as gate, small_documents(lambda: Validating(lambda _: gate.wait(5)), deadline=0.05) as small:
        await ready(small)
        for _ in range(4):
            with pytest.raises(NotEvaluated) as left:
                await small.validate(b"", NOW)
            assert left.value.reason == "deadline"
        await asyncio.sleep(0.02)
        # The three that waited behind it never ran; the thread is still busy with the first.
        assert small._pending == 1
        gate.set()
        async with asyncio.timeout(2):
            while small._pending:  # noqa: ASYNC110 - the thread counts it down
                await asyncio.sleep(0.001)
        assert (await small.validate(b"", NOW)).valid


async def test_a_refusal_reaches_who_asked():
    def act(_):
        raise MalformedXml("no")

    with small_documents(lambda: Validating(act)) as small:
        await ready(small)
        with pytest.raises(MalformedXml):
            await small.validate(b"", NOW)


async def test_a_fault_is_left_to_the_reference_by_its_name_alone():
    def act(_):
        raise ZeroDivisionError("secret")

    with small_documents(lambda: Validating(act)) as small:
        await ready(small)
        with pytest.raises(NotEvaluated) as left:
            await small.validate(b"", NOW)
        assert (left.value.rule_set, left.value.reason) == ("", "ZeroDivisionError")
        assert "secret" not in str(left.value)


async def test_the_event_loop_goes_on_meanwhile():
    def act(_):
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            sum(range(100))

    with small_documents(lambda: Validating(act)) as small:
        await ready(small)
        slow = asyncio.create_task(small.validate(b"", NOW))
        turns = 0
        while not slow.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert turns > 10


async def test_after_closing_nothing_is_taken():
    with small_documents(Validating) as small:
        await ready(small)
        small.close()
        assert not small.takes(b"")
        with pytest.raises(NotEvaluated):
            await small.validate(b"", NOW)
