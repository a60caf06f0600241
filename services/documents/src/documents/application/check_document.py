"""Validate without sending: a small document at once, any other by the worker, for whom the api leaves it.

The rules are those of the release in force, and then the answer tells when the next release says the opposite; or those
of the release that somebody names.
Nothing remains: question and answer are taken away by whoever reads them, and what nobody fetched is swept up.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from shared.errors import DomainError, Unavailable

from documents.application.foresee import Judge, NotForesaw, foresee
from documents.application.ports import Reader, Rules, Scratch, UnitOfWork
from documents.domain.errors import NoVerdictYet
from documents.domain.releases import CURRENT, NextVerdict

JOB = "check"
_PAUSE_MIN, _PAUSE_MAX = 0.02, 0.1


async def check_document(
    content: bytes,
    release: str = CURRENT,
    *,
    reader: Reader,
    scratch: Scratch,
    uow: UnitOfWork,
    rules: Rules,
    patience: float,
    foreseeing: bool,
) -> Mapping[str, Any]:
    """Return the verdict as a plain mapping; raises `NoVerdictYet` when nobody answers within `patience` seconds."""
    rules.release(release)  # one that there is not is refused before anything else
    _, document = await reader.open_envelope(content)
    await reader.read(document)
    answer = await _answer_of(rules.validate_here, document, release, rules=rules, foreseeing=foreseeing)
    if answer is not None:
        return answer
    request_id = await scratch.ask(document)
    async with uow() as tx:
        tx.enqueue(JOB, {"request_id": str(request_id), "release": release})
    try:
        async with asyncio.timeout(patience):
            return await _wait_for(request_id, scratch)
    except TimeoutError:
        raise NoVerdictYet from None
    finally:
        await scratch.forget(request_id)


async def answer_check(request_id: UUID, release: str, *, scratch: Scratch, rules: Rules, foreseeing: bool) -> None:
    """Run the rules on a question; does nothing when nobody waits any more."""
    content = await scratch.take_question(request_id)
    if content is None:
        return
    answer = await _answer_of(rules.validate, content, release, rules=rules, foreseeing=foreseeing)
    if answer is not None:
        await scratch.answer(request_id, answer)


async def _answer_of(
    judge: Judge, document: bytes, release: str, *, rules: Rules, foreseeing: bool
) -> Mapping[str, Any] | None:
    """Return the verdict, or why the document is refused, as a plain mapping; nothing when `judge` leaves it."""
    try:
        verdict = await judge(document, release)
    except Unavailable:
        raise
    except DomainError as error:
        return {"error": {"code": error.code, "detail": error.detail}}
    if verdict is None:
        return None
    try:
        upcoming = await foresee(document, verdict, rules=rules, judge=judge) if foreseeing else None
    except NotForesaw:
        return None
    return {"verdict": asdict(verdict), "next_release": _table(upcoming)}


def _table(upcoming: NextVerdict | None) -> Mapping[str, Any] | None:
    if upcoming is None:
        return None
    return {**asdict(upcoming), "in_force_from": upcoming.in_force_from.isoformat()}


async def _wait_for(request_id: UUID, scratch: Scratch) -> Mapping[str, Any]:
    pause = _PAUSE_MIN
    while (answer := await scratch.take_answer(request_id)) is None:
        await asyncio.sleep(pause)
        pause = min(pause * 1.3, _PAUSE_MAX)
    return answer
