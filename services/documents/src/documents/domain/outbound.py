"""The sender's side of an exchange: `accepted → validated → routed → transmitted → delivered | rejected | failed`.

Rejected: the document or its receiver does not allow it, sending it again changes nothing. Failed: the network did not
take it. Only a document that a connection key sent is charged; a person sends for free.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from uuid import UUID

from documents.domain.document import Channel, ChannelImmutable, ContentKey, Facts, Step, TransitionRefused


class OutboundState(StrEnum):
    ACCEPTED = "accepted"
    VALIDATED = "validated"
    ROUTED = "routed"
    TRANSMITTED = "transmitted"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    FAILED = "failed"


_ENDS = frozenset({OutboundState.REJECTED, OutboundState.FAILED})
TRANSITIONS: Mapping[OutboundState, frozenset[OutboundState]] = {
    OutboundState.ACCEPTED: _ENDS | {OutboundState.VALIDATED},
    OutboundState.VALIDATED: _ENDS | {OutboundState.ROUTED},
    OutboundState.ROUTED: _ENDS | {OutboundState.TRANSMITTED, OutboundState.DELIVERED},
    OutboundState.TRANSMITTED: _ENDS | {OutboundState.DELIVERED},
    OutboundState.DELIVERED: frozenset(),
    OutboundState.REJECTED: frozenset(),
    OutboundState.FAILED: frozenset(),
}
RETRY = "retry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """`caller_document_id` is the id that the caller chose or was given; `attempts` counts tries on the network."""

    facts: Facts
    content: ContentKey
    caller_document_id: UUID
    billable: bool
    state: OutboundState = OutboundState.ACCEPTED
    version: int = 1
    planned_channel: Channel | None = None
    delivery_channel: Channel | None = None
    message_id: str | None = None
    attempts: int = 0
    reason: str | None = None
    detail: str | None = None
    steps: tuple[Step, ...] = ()

    @property
    def ended(self) -> bool:
        return not TRANSITIONS[self.state]

    def validated(self) -> Self:
        return self._to(OutboundState.VALIDATED)

    def routed(self, channel: Channel) -> Self:
        """Plan the channel; what it was delivered by is said at delivery only."""
        return replace(self._to(OutboundState.ROUTED, detail=channel), planned_channel=channel)

    def transmitted(self, message_id: str) -> Self:
        """The access point sent it: in transit, without a delivery channel yet."""
        return replace(self._to(OutboundState.TRANSMITTED), message_id=message_id, attempts=self.attempts + 1)

    def retried(self, reason: str) -> Self:
        """Count a try that failed for now; the state stays."""
        if self.state is not OutboundState.ROUTED:
            raise TransitionRefused(f"A document that is {self.state} is not tried again.")
        return replace(self._noted(RETRY, detail=reason), attempts=self.attempts + 1)

    def tried(self) -> Self:
        """Count the try that is the last one."""
        return replace(self, attempts=self.attempts + 1)

    def delivered(self, channel: Channel) -> Self:
        if self.delivery_channel is not None:
            raise ChannelImmutable
        return replace(self._to(OutboundState.DELIVERED, channel=channel), delivery_channel=channel)

    def rejected(self, reason: str, detail: str) -> Self:
        return replace(self._to(OutboundState.REJECTED, detail=detail), reason=reason, detail=detail)

    def failed(self, reason: str, detail: str) -> Self:
        return replace(self._to(OutboundState.FAILED, detail=detail), reason=reason, detail=detail)

    def _to(self, state: OutboundState, *, channel: Channel | None = None, detail: str | None = None) -> Self:
        if state not in TRANSITIONS[self.state]:
            raise TransitionRefused(f"A document that is {self.state} cannot become {state}.")
        return replace(self._noted(state, channel=channel, detail=detail), state=state)

    def _noted(self, status: str, *, channel: Channel | None = None, detail: str | None = None) -> Self:
        step = Step(sequence=self.version + 1, status=status, channel=channel, detail=detail)
        return replace(self, version=step.sequence, steps=(*self.steps, step))
