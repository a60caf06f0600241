"""Mails an invited user the link by which they become active."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.ids import new_id

from identity.application.mails import enqueue_mail_to_address
from identity.application.ports import Sealer, Tx
from identity.domain.environment import Environment
from identity.domain.link import Link, Purpose
from identity.domain.session import hash_token, new_token
from identity.domain.user import User


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationLinks:
    """How long such a link works, and who seals its token until it is mailed."""

    lifetime: timedelta
    sealer: Sealer


async def mail_activation_link(
    tx: Tx, user: User, environment: Environment, *, links: ActivationLinks, now: datetime
) -> None:
    """Put a new link in place of the user's older one, and leave the mail with it."""
    token = new_token()
    (address,) = user.addresses
    link = Link(
        id=new_id(),
        purpose=Purpose.ACTIVATION,
        address=address.address,
        locale=user.locale,
        expires_at=now + links.lifetime,
        user_id=user.id,
    )
    await tx.links.put(link, token_hash=hash_token(token), now=now)
    enqueue_mail_to_address(
        tx,
        "activation",
        to=address.address,
        locale=user.locale,
        link=(links.sealer, token),
        context={"environment": environment.name, "days": links.lifetime.days},
    )
