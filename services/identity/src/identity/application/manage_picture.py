"""Keeps a picture of a person, drawn anew from what they upload (R9.5)."""

import hashlib
from dataclasses import dataclass

import structlog
from shared.clock import Clock

from identity.application.ports import Pictures, PictureViews, UnitOfWork
from identity.application.views import ActorView, PictureView
from identity.domain.errors import PictureUnknown, SessionEnded

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PutPicture:
    actor: ActorView
    content: bytes


async def put_picture(cmd: PutPicture, *, uow: UnitOfWork, pictures: Pictures, clock: Clock) -> None:
    """Put the picture of a file in place of an older one; raises `PictureRefused`."""
    content = await pictures.draw(cmd.content)
    picture = PictureView(content=content, sha256=hashlib.sha256(content).digest())
    async with uow() as tx:
        user = await tx.users.lock(cmd.actor.user_id)
        if user is None or not user.is_active:  # removed while the picture was being drawn
            raise SessionEnded
        await tx.users.put_picture(cmd.actor.user_id, picture, now=clock.now())
    _log.info("picture_changed", user_id=str(cmd.actor.user_id), size=len(content))


async def get_picture(actor: ActorView, *, views: PictureViews) -> PictureView:
    """Return the caller's picture; raises `PictureUnknown`."""
    picture = await views.find_picture(actor.user_id)
    if picture is None:
        raise PictureUnknown
    return picture


async def delete_picture(actor: ActorView, *, uow: UnitOfWork) -> None:
    async with uow() as tx:
        await tx.users.delete_picture(actor.user_id)
    _log.info("picture_deleted", user_id=str(actor.user_id))
