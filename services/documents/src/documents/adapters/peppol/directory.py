"""The Peppol directory with a memory: what was found holds for minutes, what was not found for seconds.

While SML or SMP are out of order an older answer serves instead, so that routing goes on; without one the outage is
said. The same question asked by many at once is asked once.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass

from documents.adapters.peppol.sml import Sml
from documents.adapters.peppol.smp import Smp
from documents.application.values import Reachability
from documents.domain.errors import LookupUnavailable

_REMEMBERED = 10_000
_Question = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Seconds: for found participants, for others, and for an old answer during an outage."""

    found: float = 300.0
    missing: float = 5.0
    outage: float = 86_400.0


class PeppolDirectory:
    def __init__(self, sml: Sml, smp: Smp, *, memory: Memory) -> None:
        self._sml = sml
        self._smp = smp
        self._memory = memory
        self._answers: OrderedDict[_Question, tuple[float, Reachability]] = OrderedDict()
        self._asking: dict[_Question, asyncio.Task[Reachability]] = {}

    async def look_up(self, party: str, document_type_id: str) -> Reachability:
        """Return how the participant receives this type; raises `LookupUnavailable`."""
        question = (party, document_type_id)
        answered = self._answers.get(question)
        if answered is not None and time.monotonic() - answered[0] < self._fresh_for(answered[1]):
            return answered[1]
        task = self._asking.get(question)
        if task is None:
            task = asyncio.create_task(self._ask(question))
            self._asking[question] = task
            task.add_done_callback(lambda _: self._asking.pop(question, None))
        try:
            return await asyncio.shield(task)
        except LookupUnavailable:
            if answered is not None and time.monotonic() - answered[0] < self._memory.outage:
                return answered[1]
            raise

    def _fresh_for(self, answer: Reachability) -> float:
        return self._memory.found if answer.endpoints else self._memory.missing

    async def _ask(self, question: _Question) -> Reachability:
        party, document_type_id = question
        base_url = await self._sml.find_smp(party)
        endpoints = None
        if base_url is not None:
            endpoints = await self._smp.find_endpoints(base_url, party, document_type_id)
        answer = Reachability(known=endpoints is not None, endpoints=endpoints or ())
        self._answers[question] = (time.monotonic(), answer)
        self._answers.move_to_end(question)
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)
        return answer
