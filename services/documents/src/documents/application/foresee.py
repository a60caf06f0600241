"""What the next release of the rules will say of a document: told beside the verdict, never in its way.

The release in force decides. Where the next one has other rules for a document, it is asked too, afterwards; only when
it says the opposite is that told. Whatever goes wrong here leaves the verdict as it is.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog
from shared.errors import DomainError

from documents.application.ports import Contents, DocumentViews, Rules, Tx, UnitOfWork
from documents.domain.findings import Verdict
from documents.domain.releases import NextVerdict, Release

JOB = "foresee"
_log = structlog.get_logger(__name__)

Judge = Callable[[bytes, str], Awaitable[Verdict | None]]


class NotForesaw(Exception):
    """Who was asked leaves this document to somebody else."""


async def foresee(document: bytes, verdict: Verdict, *, rules: Rules, judge: Judge) -> NextVerdict | None:
    """Return what the next release says when it is the opposite; raises `NotForesaw` when `judge` has no answer."""
    release = rules.next_for(verdict)
    if release is None:
        return None
    try:
        upcoming = await judge(document, release.name)
    except DomainError as error:
        _log.warning("next_release_not_judged", release=release.name, reason=error.code)
        return None
    except Exception:  # noqa: BLE001 - whatever it is: it must not take the verdict that there is
        _log.exception("next_release_not_judged", release=release.name)
        return None
    if upcoming is None:
        raise NotForesaw
    return _opposite(release, upcoming, passes_now=verdict.valid)


def foresee_later(tx: Tx, document_id: UUID, verdict: Verdict, *, rules: Rules) -> None:
    """Leave the question about the next release to a job of its own, when there is one to ask."""
    release = rules.next_for(verdict)
    if release is not None:
        tx.enqueue(JOB, {"document_id": str(document_id), "release": release.name})


async def foresee_document(
    document_id: UUID, release: str, *, uow: UnitOfWork, views: DocumentViews, contents: Contents, rules: Rules
) -> None:
    """Keep what the next release says beside the verdict on a document, when it is the opposite."""
    view = await views.get(document_id)
    stored = await views.verdict(view.exchange_id) if view else None
    if view is None or stored is None:
        return
    upcoming = await rules.validate(await contents.read(view.content), release)
    told = _opposite(rules.release(release), upcoming, passes_now=stored.valid)
    if told is None:
        return
    async with uow() as tx:
        await tx.verdicts.add_next(view.exchange_id, told)
    _log.info("next_release_differs", release=told.name, passes=told.passes, document_id=str(document_id))


def _opposite(release: Release, upcoming: Verdict, *, passes_now: bool) -> NextVerdict | None:
    if upcoming.valid == passes_now:
        return None
    return NextVerdict(
        name=release.name,
        in_force_from=release.in_force_from,
        passes=upcoming.valid,
        rule_sets=upcoming.rule_sets,
        findings=upcoming.findings,
        omitted=upcoming.omitted,
    )
