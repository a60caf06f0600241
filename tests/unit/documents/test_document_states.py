"""Both state machines: every path of the tables, nothing beside them, and a channel that never changes."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from documents.domain import inbound, outbound
from documents.domain.document import Channel, ChannelImmutable, ContentKey, Facts, TransitionRefused
from documents.domain.inbound import Inbound, InboundState
from documents.domain.outbound import Outbound, OutboundState
from hypothesis import given
from hypothesis import strategies as st
from shared.ids import new_id

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FACTS = Facts(
    id=new_id(),
    exchange_id=new_id(),
    environment_id=new_id(),
    mode="live",
    organization_id=new_id(),
    sender="0106:1",
    receiver="0106:2",
    document_type_id="t",
    process_id="p",
    family="invoice",
    number="1",
    issue_date="2026-11-23",
    country="NL",
)
CONTENT = ContentKey(sha256=b"x" * 32, size=1, expires_on=date(2033, 12, 1))


def sent() -> Outbound:
    return Outbound(facts=FACTS, content=CONTENT, caller_document_id=FACTS.id, billable=True)


def received() -> Inbound:
    return Inbound.received(
        facts=FACTS,
        content=CONTENT,
        channel=Channel.PEPPOL,
        bus_until=NOW + timedelta(days=90),
        archive_until=NOW + timedelta(days=700),
    )


SENDER_MOVES: dict[str, tuple[OutboundState, Callable[[Outbound], Outbound]]] = {
    "validated": (OutboundState.VALIDATED, lambda d: d.validated()),
    "routed": (OutboundState.ROUTED, lambda d: d.routed(Channel.PEPPOL)),
    "transmitted": (OutboundState.TRANSMITTED, lambda d: d.transmitted("m")),
    "delivered": (OutboundState.DELIVERED, lambda d: d.delivered(Channel.PEPPOL)),
    "rejected": (OutboundState.REJECTED, lambda d: d.rejected("r", "d")),
    "failed": (OutboundState.FAILED, lambda d: d.failed("r", "d")),
}
RECEIVER_MOVES: dict[str, tuple[InboundState, Callable[[Inbound], Inbound]]] = {
    "available": (InboundState.AVAILABLE, lambda d: d.available()),
    "duplicate": (InboundState.DUPLICATE, lambda d: d.duplicate_of(new_id())),
    "downloaded": (InboundState.DOWNLOADED, lambda d: d.downloaded(at=NOW, bus_until=NOW + timedelta(days=7))),
    "expired": (InboundState.EXPIRED, lambda d: d.expired(at=NOW)),
}


@pytest.mark.requirement("RA6.1", "R1.1", "R1.7")
@given(st.lists(st.sampled_from(sorted(SENDER_MOVES)), max_size=12))
def test_the_senders_side_follows_its_table_and_nothing_else(names: list[str]) -> None:
    document = sent()
    for name in names:
        state, move = SENDER_MOVES[name]
        if state in outbound.TRANSITIONS[document.state]:
            moved = move(document)
            assert (moved.state, moved.version) == (state, document.version + 1)
            assert [step.sequence for step in moved.steps] == list(range(2, moved.version + 1))
            document = moved
        else:
            with pytest.raises((TransitionRefused, ChannelImmutable)):
                move(document)
        assert (document.delivery_channel is not None) is (document.state is OutboundState.DELIVERED)


@pytest.mark.requirement("RA6.1")
@given(st.lists(st.sampled_from(sorted(RECEIVER_MOVES)), max_size=8))
def test_the_receivers_side_follows_its_table_and_keeps_its_channel(names: list[str]) -> None:
    document = received()
    for name in names:
        state, move = RECEIVER_MOVES[name]
        if state in inbound.TRANSITIONS[document.state]:
            moved = move(document)
            assert (moved.state, moved.version) == (state, document.version + 1)
            assert moved.bus_until <= document.bus_until
            document = moved
        else:
            with pytest.raises(TransitionRefused):
                move(document)
        assert document.delivery_channel is Channel.PEPPOL


@pytest.mark.requirement("RA6.1")
@pytest.mark.parametrize(
    ("table", "first"),
    [(outbound.TRANSITIONS, OutboundState.ACCEPTED), (inbound.TRANSITIONS, InboundState.RECEIVED)],
    ids=["outbound", "inbound"],
)
def test_every_state_has_a_row_in_its_table_and_is_reached_from_the_first(
    table: Mapping[Any, frozenset[Any]], first: StrEnum
) -> None:
    reached: set[StrEnum] = set()
    todo = [first]
    while todo:
        state = todo.pop()
        if state not in reached:
            reached.add(state)
            todo += table[state]
    assert reached == set(table) == set(type(first))


@pytest.mark.requirement("R1.7")
def test_the_channel_of_a_delivered_document_is_immutable() -> None:
    delivered = sent().validated().routed(Channel.PLATFORM).delivered(Channel.PLATFORM)
    with pytest.raises(ChannelImmutable):
        delivered.delivered(Channel.PEPPOL)


@pytest.mark.requirement("R1.1", "R1.3")
def test_in_transit_the_route_is_planned_and_the_channel_unknown() -> None:
    document = sent().validated().routed(Channel.PEPPOL).transmitted("m")
    assert (document.planned_channel, document.delivery_channel) == (Channel.PEPPOL, None)
    assert document.steps[-1].channel is None
    assert document.delivered(Channel.PEPPOL).steps[-1].channel is Channel.PEPPOL


def test_a_retry_is_a_step_without_a_new_state() -> None:
    document = sent().validated().routed(Channel.PEPPOL).retried("down")
    assert (document.state, document.attempts, document.steps[-1].status) == (OutboundState.ROUTED, 1, "retry")
    with pytest.raises(TransitionRefused):
        sent().retried("down")


def test_a_download_never_lengthens_the_stay_on_the_bus() -> None:
    late = NOW + timedelta(days=89)
    document = received().available()
    assert document.downloaded(at=late, bus_until=late + timedelta(days=7)).bus_until == document.bus_until


def test_only_available_and_downloaded_documents_are_on_the_bus_and_only_in_time() -> None:
    document = received()
    assert not document.on_the_bus(NOW)
    available = document.available()
    assert available.on_the_bus(NOW)
    assert not available.on_the_bus(available.bus_until)
    assert not document.duplicate_of(new_id()).on_the_bus(NOW)
    assert not available.expired(at=NOW).on_the_bus(NOW - timedelta(days=1))
