"""The receiver's side of an exchange: `received → duplicate | available → downloaded → expired`.

A duplicate is kept but neither announced nor charged. The message bus keeps a document for 90 days, 7 after its
download; deleting it ends that clock at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from documents.domain.document import Channel, ContentKey, Facts, Step, TransitionRefused


class InboundState(StrEnum):
    RECEIVED = "received"
    DUPLICATE = "duplicate"
    AVAILABLE = "available"
    DOWNLOADED = "downloaded"
    EXPIRED = "expired"


TRANSITIONS: Mapping[InboundState, frozenset[InboundState]] = {
    InboundState.RECEIVED: frozenset({InboundState.DUPLICATE, InboundState.AVAILABLE}),
    InboundState.DUPLICATE: frozenset(),
    InboundState.AVAILABLE: frozenset({InboundState.DOWNLOADED, InboundState.EXPIRED}),
    InboundState.DOWNLOADED: frozenset({InboundState.EXPIRED}),
    InboundState.EXPIRED: frozenset(),
}
ON_THE_BUS = frozenset({InboundState.AVAILABLE, InboundState.DOWNLOADED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """`message_id` is the network's; `original_id` the document that this one is a duplicate of."""

    facts: Facts
    content: ContentKey
    delivery_channel: Channel
    bus_until: datetime
    archive_until: datetime
    state: InboundState = InboundState.RECEIVED
    version: int = 1
    message_id: str | None = None
    original_id: UUID | None = None
    downloaded_at: datetime | None = None
    steps: tuple[Step, ...] = ()

    @classmethod
    def received(
        cls,
        *,
        facts: Facts,
        content: ContentKey,
        channel: Channel,
        bus_until: datetime,
        archive_until: datetime,
        message_id: str | None = None,
    ) -> Self:
        """Begin the receiver's side; its first step says by which channel it came."""
        return cls(
            facts=facts,
            content=content,
            delivery_channel=channel,
            bus_until=bus_until,
            archive_until=archive_until,
            message_id=message_id,
            steps=(Step(sequence=1, status=InboundState.RECEIVED, channel=channel),),
        )

    def available(self) -> Self:
        return self._to(InboundState.AVAILABLE)

    def duplicate_of(self, original_id: UUID) -> Self:
        return replace(self._to(InboundState.DUPLICATE, detail=str(original_id)), original_id=original_id)

    def downloaded(self, *, at: datetime, bus_until: datetime) -> Self:
        """Note the first download; it shortens the time on the message bus, never lengthens it."""
        return replace(self._to(InboundState.DOWNLOADED), downloaded_at=at, bus_until=min(self.bus_until, bus_until))

    def expired(self, *, at: datetime) -> Self:
        return replace(self._to(InboundState.EXPIRED), bus_until=min(self.bus_until, at))

    def on_the_bus(self, now: datetime) -> bool:
        """Tell whether the message-bus API still gives it out; duplicates are hidden there."""
        return self.state in ON_THE_BUS and now < self.bus_until

    def _to(self, state: InboundState, *, detail: str | None = None) -> Self:
        if state not in TRANSITIONS[self.state]:
            raise TransitionRefused(f"A document that is {self.state} cannot become {state}.")
        step = Step(sequence=self.version + 1, status=state, detail=detail)
        return replace(self, state=state, version=step.sequence, steps=(*self.steps, step))
