"""The access point through its REST interface (that of phoss AP): submit a document, ask what became of it.

The message id is the SBDH instance identifier, which the access point accepts once: submitting it again is answered by
asking for its status. Whatever is wrong with the access point itself is `AccessPointUnavailable` and says nothing
about the document.
"""

from typing import Any
from urllib.parse import quote

import httpx2
from shared.observability.outside import OutsideSystem

from documents.application.values import (
    Acknowledgement,
    AcknowledgementState,
    Handover,
    HandoverState,
    Shipment,
)
from documents.domain.errors import AccessPointUnavailable
from documents.domain.parties import META_SCHEME

_OK, _BAD_REQUEST, _NOT_FOUND, _REFUSED = 200, 400, 404, 422
_DOCUMENT_SCHEME, _PROCESS_SCHEME = "busdox-docid-qns", "cenbii-procid-ubl"
# What the receiving side said no to; everything else that goes wrong on the way may go better later.
_FINAL_RESULTS = frozenset({"AS4_ERROR_MESSAGE_RECEIVED"})
_MAX_REASON = 500
_ANSWERS = frozenset({_OK, _BAD_REQUEST, _NOT_FOUND, _REFUSED})
_access_point = OutsideSystem("access_point")

_STATUS = {
    "pending": AcknowledgementState.IN_PROGRESS,
    "sending": AcknowledgementState.IN_PROGRESS,
    "failed": AcknowledgementState.IN_PROGRESS,
    "sent": AcknowledgementState.SENT,
    "permanently_failed": AcknowledgementState.FAILED,
}
_LEVEL = {
    "received_ap": AcknowledgementState.ACKNOWLEDGED,
    "received_ab": AcknowledgementState.ACKNOWLEDGED,
    "received_re": AcknowledgementState.REFUSED_BY_RECEIVER,
}


class PhossAccessPoint:
    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def submit(self, shipment: Shipment) -> Handover:
        """Submit; the access point makes its first attempt before it answers."""
        path = "/".join(
            quote(part, safe="")
            for part in (
                f"{META_SCHEME}::{shipment.sender}",
                f"{META_SCHEME}::{shipment.receiver}",
                f"{_DOCUMENT_SCHEME}::{shipment.document_type_id}",
                f"{_PROCESS_SCHEME}::{shipment.process_id}",
                shipment.country,
            )
        )
        answer = await self._request(
            "POST",
            f"/api/outbound/submit/{path}",
            params={"sbdhInstanceID": shipment.message_id},
            content=shipment.content,
            headers={"Content-Type": "application/xml"},
        )
        report = _json(answer)
        if answer.status_code == _OK:
            return Handover(state=HandoverState.SENT)
        if answer.status_code == _REFUSED and isinstance(report, dict):
            return await self._failed(shipment, report)
        if answer.status_code == _REFUSED:
            return await self._submitted_before(shipment, str(report))
        if answer.status_code == _BAD_REQUEST:
            return Handover(state=HandoverState.REFUSED, reason=str(report)[:_MAX_REASON])
        raise AccessPointUnavailable(f"The access point answered {answer.status_code}.")

    async def status(self, message_id: str) -> Acknowledgement:
        answer = await self._request("GET", f"/api/outbound/status/{quote(message_id, safe='')}")
        if answer.status_code == _NOT_FOUND:
            return Acknowledgement(state=AcknowledgementState.UNKNOWN)
        view = _json(answer)
        if answer.status_code != _OK or not isinstance(view, dict):
            raise AccessPointUnavailable(f"The access point answered {answer.status_code}.")
        state = _STATUS.get(str(view.get("status")), AcknowledgementState.UNKNOWN)
        if state is AcknowledgementState.SENT:
            state = _LEVEL.get(str(view.get("mlsStatus")), state)
        return Acknowledgement(state=state, reason=str(view.get("errorDetails") or "")[:_MAX_REASON])

    async def _submitted_before(self, shipment: Shipment, why: str) -> Handover:
        """Tell a repeated submission, which is fine, from one that could not be stored."""
        known = await self.status(shipment.message_id)
        if known.state in (AcknowledgementState.SENT, AcknowledgementState.ACKNOWLEDGED):
            return Handover(state=HandoverState.SENT)
        if known.state is AcknowledgementState.REFUSED_BY_RECEIVER:
            return Handover(state=HandoverState.SENT)
        return Handover(state=HandoverState.RETRY, reason=(known.reason or why)[:_MAX_REASON])

    async def _failed(self, shipment: Shipment, report: dict[str, Any]) -> Handover:
        """Read a sending report that says no; after a failed look-up its status tells whether it tries again."""
        lookup_error = report.get("lookupError")
        reason = str(lookup_error or report.get("sendingError") or report.get("sendingResult") or "sending failed")
        final = report.get("sendingResult") in _FINAL_RESULTS
        if lookup_error:
            final = (await self.status(shipment.message_id)).state is AcknowledgementState.FAILED
        return Handover(state=HandoverState.REFUSED if final else HandoverState.RETRY, reason=reason[:_MAX_REASON])

    async def _request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        with _access_point.called():
            try:
                answer = await self._client.request(method, path, **options)
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise AccessPointUnavailable(f"The access point does not answer: {type(error).__name__}.") from error
            if answer.status_code not in _ANSWERS:
                raise AccessPointUnavailable(f"The access point answered {answer.status_code}.")
            return answer


def _json(answer: httpx2.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text[:_MAX_REASON]
