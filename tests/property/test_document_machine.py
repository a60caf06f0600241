"""Both sides of an exchange under any sequence of calls, beside a model that only knows the order of states."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from documents.domain.document import Channel, ChannelImmutable, ContentKey, Facts, TransitionRefused
from documents.domain.inbound import Inbound
from documents.domain.outbound import Outbound
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from shared.ids import new_id
from support.fuzzing import bounded

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONTENT = ContentKey(sha256=b"x" * 32, size=1, expires_on=date(2033, 12, 1))
SENDER_ORDER = {
    "accepted": {"validated", "rejected", "failed"},
    "validated": {"routed", "rejected", "failed"},
    "routed": {"transmitted", "delivered", "rejected", "failed"},
    "transmitted": {"delivered", "rejected", "failed"},
}
RECEIVER_ORDER = {
    "received": {"duplicate", "available"},
    "available": {"downloaded", "expired"},
    "downloaded": {"expired"},
}
channels = st.sampled_from([Channel.PLATFORM, Channel.PEPPOL])
moments = st.integers(min_value=0, max_value=200 * 24).map(lambda hours: NOW + timedelta(hours=hours))


def facts() -> Facts:
    return Facts(
        id=new_id(), exchange_id=new_id(), environment_id=new_id(), mode="live", organization_id=new_id(),
        sender="0106:1", receiver="0106:2", document_type_id="t", process_id="p", family="invoice", number="1",
        issue_date="2026-11-23", country="NL",
    )  # fmt: skip


class SenderMachine(RuleBasedStateMachine):
    @initialize()
    def accept(self) -> None:
        first = facts()
        self.document = Outbound(facts=first, content=CONTENT, caller_document_id=first.id, billable=True)
        self.state, self.version, self.attempts = "accepted", 1, 0
        self.delivered_by: Channel | None = None

    def _move(self, to: str, call: Any) -> bool:
        """Make the call; require that it is refused exactly when the published order has no such step."""
        allowed = to in SENDER_ORDER.get(self.state, ())
        before = self.document
        try:
            self.document = call()
        except (TransitionRefused, ChannelImmutable):
            assert not allowed, f"{self.state} to {to} was refused"
            assert self.document is before
            return False
        assert allowed, f"{self.state} to {to} was allowed"
        self.state = to
        self.version += 1
        return True

    @rule()
    def validate(self) -> None:
        self._move("validated", self.document.validated)

    @rule(channel=channels)
    def route(self, channel: Channel) -> None:
        self._move("routed", lambda: self.document.routed(channel))

    @rule()
    def transmit(self) -> None:
        self.attempts += self._move("transmitted", lambda: self.document.transmitted("message"))

    @rule(channel=channels)
    def deliver(self, channel: Channel) -> None:
        if self._move("delivered", lambda: self.document.delivered(channel)):
            self.delivered_by = channel

    @rule()
    def reject(self) -> None:
        self._move("rejected", lambda: self.document.rejected("rules", "no"))

    @rule()
    def fail(self) -> None:
        self._move("failed", lambda: self.document.failed("network", "gone"))

    @rule()
    def retry(self) -> None:
        try:
            self.document = self.document.retried("down")
        except TransitionRefused:
            assert self.state != "routed"
            return
        assert self.state == "routed"
        self.version += 1
        self.attempts += 1

    @invariant()
    def it_is_where_the_model_is(self) -> None:
        assert (self.document.state, self.document.version) == (self.state, self.version)
        assert self.document.attempts == self.attempts
        assert self.document.ended == (self.state not in SENDER_ORDER)
        assert self.document.delivery_channel == self.delivered_by

    @invariant()
    def its_timeline_has_every_step_once_in_order(self) -> None:
        assert [step.sequence for step in self.document.steps] == list(range(2, self.version + 1))
        told = [step.status for step in self.document.steps if step.status != "retry"]
        assert told[-1:] == ([self.state] if told else [])
        assert len(told) == len(set(told)), "a state is entered once"


class ReceiverMachine(RuleBasedStateMachine):
    @initialize()
    def receive(self) -> None:
        until = NOW + timedelta(days=90)
        self.document = Inbound.received(
            facts=facts(), content=CONTENT, channel=Channel.PEPPOL, bus_until=until, archive_until=NOW
        )
        self.state, self.version, self.until = "received", 1, until

    def _move(self, to: str, call: Any) -> bool:
        allowed = to in RECEIVER_ORDER.get(self.state, ())
        try:
            self.document = call()
        except TransitionRefused:
            assert not allowed, f"{self.state} to {to} was refused"
            return False
        assert allowed, f"{self.state} to {to} was allowed"
        self.state = to
        self.version += 1
        return True

    @rule()
    def announce(self) -> None:
        self._move("available", self.document.available)

    @rule()
    def recognise(self) -> None:
        self._move("duplicate", lambda: self.document.duplicate_of(new_id()))

    @rule(at=moments)
    def download(self, at: datetime) -> None:
        after = at + timedelta(days=7)
        if self._move("downloaded", lambda: self.document.downloaded(at=at, bus_until=after)):
            self.until = min(self.until, after)

    @rule(at=moments)
    def expire(self, at: datetime) -> None:
        if self._move("expired", lambda: self.document.expired(at=at)):
            self.until = min(self.until, at)

    @invariant()
    def it_is_where_the_model_is(self) -> None:
        assert (self.document.state, self.document.version, self.document.bus_until) == (
            self.state,
            self.version,
            self.until,
        )
        assert [step.sequence for step in self.document.steps] == list(range(1, self.version + 1))

    @invariant()
    def the_bus_has_it_only_while_it_may(self) -> None:
        there = self.state in {"available", "downloaded"}
        assert self.document.on_the_bus(self.until - timedelta(seconds=1)) == there
        assert not self.document.on_the_bus(self.until)


TestSender = SenderMachine.TestCase
TestReceiver = ReceiverMachine.TestCase
SenderMachine.TestCase.settings = bounded(60, stateful_step_count=15)
ReceiverMachine.TestCase.settings = bounded(40, stateful_step_count=10)
