"""State of the simulated Peppol network: directory, certificates, what is on its way and what arrived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.bounded import Bounded
from sandbox.faults import FaultSwitch
from sandbox.identifiers import millis
from sandbox.journal import Journal
from sandbox.peppol.certificates import self_signed
from sandbox.peppol.companies import EXTERNAL_COMPANIES, external_registration
from sandbox.peppol.delivery import Delivery
from sandbox.peppol.directory import Behaviour, Directory
from sandbox.peppol.sbdh import Envelope
from sandbox.peppol.transmission import Transmission
from sandbox.settings import PeppolSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A document that reached an external company."""

    received_at: datetime
    envelope: Envelope
    as4_message_id: str
    document: bytes

    def view(self) -> dict[str, Any]:
        return {
            "receivedAt": millis(self.received_at),
            "participant": self.envelope.receiver.value,
            "sender": self.envelope.sender.value,
            "documentType": f"{self.envelope.document_scheme}::{self.envelope.document_type}",
            "process": f"{self.envelope.process_scheme}::{self.envelope.process}",
            "instanceId": self.envelope.instance_id,
            "as4MessageId": self.as4_message_id,
            "document": self.document.decode(errors="replace"),
        }


class Network:
    def __init__(self, settings: PeppolSettings, base_url: str, journal: Journal) -> None:
        self.settings = settings
        self.base_url = base_url
        self.smp_url = f"{base_url}/peppol/smp"
        self.own_as4_address = f"{base_url}/peppol/ap/as4"
        self.smp_identity = self_signed("SNL000001", "PEPPOL TEST SMP")
        self.elsewhere_identity = self_signed("PNL000002", "PEPPOL TEST AP")
        self.smp_fault = FaultSwitch()
        self.access_point_fault = FaultSwitch()
        self.directory = Directory(journal)
        self.transmissions: Bounded[str, Transmission] = Bounded(settings.keep)
        self.deliveries: Bounded[str, Delivery] = Bounded(settings.keep)
        self.received: Bounded[str, Received] = Bounded(
            settings.keep, weigh=lambda received: len(received.document), max_weight=settings.keep_bytes
        )
        self._register_companies()

    def _register_companies(self) -> None:
        for company in EXTERNAL_COMPANIES:
            types = {"types": ()} if company.behaviour is Behaviour.DANGLING else {}
            self.directory.put(
                external_registration(
                    company, base_url=self.base_url, certificate=self.elsewhere_identity.certificate, **types
                )
            )
