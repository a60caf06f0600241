"""The fictitious companies on the simulated network that belong to other access points, with the magic ones last."""

from dataclasses import dataclass

from sandbox.peppol.directory import ELSEWHERE, Behaviour, Endpoint, Process, Registration, Service
from sandbox.peppol.identifiers import BILLING_TYPES, DOCUMENT_SCHEME, participant


@dataclass(frozen=True, slots=True)
class ExternalCompany:
    identifier: str
    name: str
    behaviour: Behaviour = Behaviour.ACCEPT


EXTERNAL_COMPANIES = (
    ExternalCompany("0106:99100001", "Boekhandel De Vier Winden B.V."),
    ExternalCompany("0106:90012345", "Papierhandel Bergzicht B.V."),
    ExternalCompany("0106:99100002", "Installatiebedrijf Duinrand B.V."),
    ExternalCompany("0190:00000009910000300000", "Gemeente Zuiderwaard"),
    ExternalCompany("0208:0999000129", "Drukkerij Scheldezicht NV"),
    ExternalCompany("9930:de991000049", "Nordlicht Maschinenbau GmbH"),
    ExternalCompany("0088:8719999000015", "Groothandel Oosterdok B.V."),
    ExternalCompany("0106:99900002", "Magisch: alleen nog in de SML", Behaviour.DANGLING),
    ExternalCompany("0106:99900003", "Magisch: tweemaal onbereikbaar, dan goed", Behaviour.DOWN_THEN_UP),
    ExternalCompany("0106:99900004", "Magisch: altijd onbereikbaar", Behaviour.ALWAYS_DOWN),
    ExternalCompany("0106:99900005", "Magisch: weigert meteen", Behaviour.AS4_REJECT),
    ExternalCompany("0106:99900006", "Magisch: traag", Behaviour.SLOW),
    ExternalCompany("0106:99900007", "Magisch: bevestigt nooit", Behaviour.NEVER_ACKNOWLEDGE),
    ExternalCompany("0106:99900008", "Magisch: bevestigt tweemaal", Behaviour.ACKNOWLEDGE_TWICE),
    ExternalCompany("0106:99900009", "Magisch: geen ontvangstbewijs", Behaviour.NO_RECEIPT),
    ExternalCompany("0106:99900010", "Magisch: weigert achteraf", Behaviour.REJECT_LATER),
)


def external_registration(
    company: ExternalCompany, *, base_url: str, certificate: str, types: tuple[str, ...] = BILLING_TYPES
) -> Registration:
    """Register a company at the network's other access point for the given document types."""
    endpoint = Endpoint(
        address=f"{base_url}/peppol/elsewhere/as4",
        certificate=certificate,
        activation="2026-01-01T00:00:00Z",
        expiration="2036-01-01T00:00:00Z",
        description="Another access point (simulated)",
        contact="https://elsewhere.sandbox.koerier.example/",
    )
    services = {
        value: Service(scheme=DOCUMENT_SCHEME, value=value, processes=(Process(endpoints=(endpoint,)),))
        for value in types
    }
    return Registration(
        participant=participant(company.identifier),
        owner=ELSEWHERE,
        name=company.name,
        behaviour=company.behaviour,
        services=services,
    )
