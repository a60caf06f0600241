"""Where questions to the rules and their answers lie for a moment: an unlogged table, swept every now and then."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.database.queries import beside
from shared.ids import new_id

_queries = beside(__file__)


class PostgresScratch:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def ask(self, content: bytes) -> UUID:
        request_id = new_id()
        await _queries.ask(self._pool, id=request_id, content=content)
        return request_id

    async def take_question(self, request_id: UUID) -> bytes | None:
        content: bytes | None = await _queries.take_question(self._pool, id=request_id)
        return content

    async def answer(self, request_id: UUID, answer: Mapping[str, Any]) -> None:
        await _queries.answer(self._pool, id=request_id, answer=dict(answer))

    async def take_answer(self, request_id: UUID) -> Mapping[str, Any] | None:
        answer: Mapping[str, Any] | None = await _queries.take_answer(self._pool, id=request_id)
        return answer

    async def forget(self, request_id: UUID) -> None:
        await _queries.forget(self._pool, id=request_id)

    async def sweep(self) -> None:
        """Remove what nobody came back for."""
        await _queries.sweep(self._pool)
