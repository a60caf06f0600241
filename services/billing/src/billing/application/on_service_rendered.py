"""documents rendered a service: it is charged with the rest of the batch (`book_charges`)."""

from shared.contracts.documents import ServiceRendered
from shared.contracts.event import Envelope

from billing.application.ports import Tx
from billing.domain.errors import TimeWithoutOffset
from billing.domain.ledger import RenderedService


async def on_service_rendered(event: Envelope[ServiceRendered], tx: Tx) -> None:
    rendered = event.data
    if rendered.rendered_at.tzinfo is None:
        raise TimeWithoutOffset
    tx.rendered.append(
        RenderedService(
            environment_id=rendered.payer_environment,
            organization_id=rendered.organization_id,
            document_id=rendered.document_id,
            service=rendered.service,
            rendered_at=rendered.rendered_at,
            traceparent=event.traceparent,
        )
    )
