"""Can this party be reached, and how? Answered as routing would: this platform, then the Peppol directory."""

from collections.abc import Sequence
from dataclasses import dataclass

from documents.application.ports import Network, UnitOfWork
from documents.application.values import Endpoint
from documents.domain.document import Channel
from documents.domain.errors import RecipientNotFound

BILLING_TYPE = (
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice"
    "##urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1"
)
CREDIT_NOTE_TYPE = BILLING_TYPE.replace("Invoice-2::Invoice", "CreditNote-2::CreditNote")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    party: str
    channel: Channel
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOption:
    """One way to reach a party on the network."""

    party: str
    document_type_id: str
    endpoint: Endpoint


async def query_recipient(
    parties: Sequence[str], document_type_id: str, *, mode: str, uow: UnitOfWork, network: Network
) -> Recipient:
    """Return the best of these parties: on this platform before the network, then in the order given."""
    async with uow() as tx:
        for party in parties:
            receiver = await tx.parties.find_receiver(party, mode=mode)
            if receiver is not None and receiver.receives(document_type_id):
                return Recipient(party=party, channel=Channel.PLATFORM, description="delivery within the platform")
    for party in parties:
        found = await network.look_up(party, document_type_id)
        if found.endpoints:
            return Recipient(party=party, channel=Channel.PEPPOL, description="default send via peppol delivery")
    raise RecipientNotFound(f"Not found on this platform or in Peppol: {', '.join(parties)}.")


async def list_delivery_options(
    parties: Sequence[str], document_type_ids: Sequence[str], *, network: Network
) -> list[DeliveryOption]:
    """Return every way to reach each party, in the order given; empty when there is none."""
    options: list[DeliveryOption] = []
    for party in parties:
        for kind in document_type_ids:
            found = await network.look_up(party, kind)
            options += [
                DeliveryOption(party=party, document_type_id=kind, endpoint=endpoint) for endpoint in found.endpoints
            ]
    return options
