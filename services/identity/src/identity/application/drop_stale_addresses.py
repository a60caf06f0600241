"""Frees extra addresses whose link nobody followed in time, so that nobody keeps an address from who reads its mail."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from identity.application.announce import announce_user_change
from identity.application.ports import UnitOfWork

_log = structlog.get_logger(__name__)


async def drop_stale_addresses(stale: Sequence[tuple[UUID, str]], *, uow: UnitOfWork) -> None:
    """Remove these addresses of these users, unless they were verified meanwhile, and announce it."""
    for user_id, name in stale:
        async with uow() as tx:
            user = await tx.users.lock(user_id)
            found = next((each for each in user.addresses if each.address == name), None) if user else None
            if user is None or found is None or found.verified_at is not None:
                continue
            changed = user.with_addresses(tuple(each for each in user.addresses if each is not found))
            await tx.users.remove_address(user.id, found)
            await tx.users.save(changed)
            announce_user_change(tx, changed, changed=("addresses",))
        _log.info("unverified_address_dropped", user_id=str(user_id))
