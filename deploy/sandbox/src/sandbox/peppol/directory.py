"""Who is on the network: registrations as the SMP holds them, who owns each, and how external companies behave.

External participants belong to other access points; the platform's user may not touch them. What the platform registers
is written to the journal and there again after a restart; external participants come from code, or from a test for as
long as the process runs.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.bounded import Bounded
from sandbox.journal import Journal, Kept
from sandbox.peppol.identifiers import BILLING_PROCESS, PROCESS_SCHEME, TRANSPORT_PROFILE, Participant, sml_label

ELSEWHERE = "another-access-point"
_MAX_REGISTRATIONS = 20_000


class Behaviour(StrEnum):
    """What happens to a document that is sent to an external company."""

    ACCEPT = "accept"
    DANGLING = "dangling"  # in the SML, but the SMP does not know it
    DOWN_THEN_UP = "downThenUp"
    ALWAYS_DOWN = "alwaysDown"
    AS4_REJECT = "as4Reject"
    REJECT_LATER = "rejectLater"
    SLOW = "slow"
    NEVER_ACKNOWLEDGE = "neverAcknowledge"
    ACKNOWLEDGE_TWICE = "acknowledgeTwice"
    NO_RECEIPT = "noReceipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    address: str
    certificate: str
    transport_profile: str = TRANSPORT_PROFILE
    activation: str = ""
    expiration: str = ""
    description: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    scheme: str = PROCESS_SCHEME
    value: str = BILLING_PROCESS
    endpoints: tuple[Endpoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One document type that a participant receives, and where."""

    scheme: str
    value: str
    processes: tuple[Process, ...]

    def endpoint(self, process: str) -> Endpoint | None:
        """Find the endpoint for a process and the one transport profile that is active in Peppol."""
        for candidate in self.processes:
            if candidate.value == process:
                for endpoint in candidate.endpoints:
                    if endpoint.transport_profile == TRANSPORT_PROFILE:
                        return endpoint
        return None


@dataclass(slots=True, kw_only=True)
class Registration:
    participant: Participant
    owner: str
    name: str = ""
    behaviour: Behaviour = Behaviour.ACCEPT
    in_sml: bool = True
    services: dict[str, Service] = field(default_factory=dict)

    @property
    def is_external(self) -> bool:
        return self.owner == ELSEWHERE


class Directory:
    def __init__(self, journal: Journal) -> None:
        self._own = Kept(journal, "registration", Registration, _MAX_REGISTRATIONS)
        self._external: Bounded[str, Registration] = Bounded(_MAX_REGISTRATIONS)
        self._labels: Bounded[str, Participant] = Bounded(2 * _MAX_REGISTRATIONS)
        for registration in self._own.newest_first():
            self._list(registration.participant)

    def put(self, registration: Registration) -> None:
        entries = self._external if registration.is_external else self._own
        entries.put(registration.participant.value, registration)
        self._list(registration.participant)

    def get(self, who: Participant) -> Registration | None:
        return self._own.get(who.value) or self._external.get(who.value)

    def remove(self, who: Participant) -> bool:
        self._labels.remove(sml_label(who).lower())
        removed = self._own.remove(who.value), self._external.remove(who.value)
        return removed != (None, None)

    def save(self, registration: Registration) -> None:
        """Write down the services of a participant that the platform registered."""
        self._own.save(registration.participant.value)

    def by_label(self, label: str) -> Registration | None:
        """Find who a name in the SML belongs to; participants registered without the SML are not there."""
        who = self._labels.get(label.lower())
        registration = self.get(who) if who else None
        return registration if registration is not None and registration.in_sml else None

    def all(self) -> list[Registration]:
        return [*self._own.newest_first(), *self._external.newest_first()]

    def _list(self, who: Participant) -> None:
        self._labels.put(sml_label(who).lower(), who)
