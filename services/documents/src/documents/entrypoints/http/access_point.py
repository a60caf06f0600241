"""Where the access point delivers what arrived from the Peppol network; internal, behind its own token.

An answer that nothing will change says `"retry": "none"`, so that the access point tells the sender instead of trying
again.
"""

import secrets

from fastapi import APIRouter, Request
from shared.errors import DomainError, Invalid, Malformed, TooLarge
from shared.http.middleware import read_limited
from shared.http.security import bearer_token

from documents.application.receive_document import ReceiveDocument
from documents.domain.errors import AccessPointRefused
from documents.entrypoints.http.dependencies import App
from documents.entrypoints.http.responses import PROBLEMS
from documents.entrypoints.http.schemas import ReceivedBody

router = APIRouter(prefix="/documents/v1/access-point", tags=["access point"])
_ENVELOPE_BYTES = 1_000_000
_FINAL = (Malformed, Invalid, TooLarge)


@router.post("/inbound", operation_id="receiveFromNetwork", status_code=200, responses=PROBLEMS)
async def receive(request: Request, application: App) -> ReceivedBody:
    """Take a Standard Business Document; the same message again gets the same answer."""
    limits = application.limits
    expected = limits.inbound_token
    if not expected or not secrets.compare_digest(bearer_token(request).encode(), expected.encode()):
        raise AccessPointRefused
    try:
        content = await read_limited(request, limits.max_bytes + _ENVELOPE_BYTES)
        admission = await application.receive_document(ReceiveDocument(content=content, mode=limits.inbound_mode))
    except _FINAL as error:
        raise _final(error) from error
    return ReceivedBody(id=admission.document_id, repeated=admission.repeated)


def _final(error: DomainError) -> DomainError:
    """Mark the error as one that a retry would only repeat."""
    error.extra["retry"] = "none"
    return error
