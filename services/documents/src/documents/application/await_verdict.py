"""`Prefer: wait`: give the rules a moment before answering, for callers who want the findings at once."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from documents.application.ports import DocumentViews
from documents.application.views import VerdictView
from documents.domain.outbound import OutboundState

_PAUSE_MIN, _PAUSE_MAX = 0.01, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Where the document stands; the verdict is None when the rules have not spoken yet."""

    state: str
    detail: str | None
    verdict: VerdictView | None


async def await_verdict(document_id: UUID, seconds: float, *, views: DocumentViews) -> Outcome:
    """Return as soon as the rules have spoken, and after `seconds` in any case."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    pause = _PAUSE_MIN
    while True:
        document = await views.get(document_id)
        if document is not None and document.state != OutboundState.ACCEPTED:
            verdict = await views.verdict(document.exchange_id)
            return Outcome(state=document.state, detail=document.detail, verdict=verdict)
        if loop.time() >= deadline:
            return Outcome(state=OutboundState.ACCEPTED, detail=None, verdict=None)
        await asyncio.sleep(min(pause, max(deadline - loop.time(), 0)))
        pause = min(pause * 1.3, _PAUSE_MAX)
