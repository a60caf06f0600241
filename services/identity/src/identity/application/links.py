"""Links in mails: made, opened and used up in one way, whatever they are for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.clock import Clock
from shared.ids import new_id

from identity.application.mails import enqueue_mail_to_address
from identity.application.ports import Sealer, Tx, UnitOfWork
from identity.domain.errors import LinkInvalid
from identity.domain.link import Link, Purpose
from identity.domain.session import hash_token, new_token


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPolicy:
    """How long a link works, and who seals its token until it is mailed."""

    lifetime: timedelta
    sealer: Sealer


async def mail_link(
    tx: Tx,
    purpose: Purpose,
    *,
    to: str,
    locale: str,
    policy: LinkPolicy,
    now: datetime,
    user_id: UUID | None = None,
    **context: object,
) -> None:
    """Put a new link in place of an older one for the same, and leave the mail that is named after its purpose."""
    token = new_token()
    link = Link(
        id=new_id(), purpose=purpose, address=to, locale=locale, expires_at=now + policy.lifetime, user_id=user_id
    )
    await tx.links.put(link, token_hash=hash_token(token), now=now)
    enqueue_mail_to_address(tx, purpose.value, to=to, locale=locale, link=(policy.sealer, token), context=context)


async def open_link(token: str, purposes: frozenset[Purpose], *, uow: UnitOfWork, clock: Clock) -> Link:
    """Return the link, without using it up; raises `LinkInvalid`, `LinkUsed`, `LinkExpired`."""
    async with uow() as tx:
        link = await tx.links.find(hash_token(token), purposes)
    if link is None:
        raise LinkInvalid
    link.check_usable(clock.now())
    return link


async def use_link(tx: Tx, token: str, purposes: frozenset[Purpose], *, now: datetime) -> Link:
    """Use the link up, or raise: somebody may have been faster since it was opened."""
    link = await tx.links.lock(hash_token(token), purposes)
    if link is None:
        raise LinkInvalid
    link.check_usable(now)
    await tx.links.mark_used(link, now=now)
    return link
