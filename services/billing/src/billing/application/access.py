"""Decides whether a caller may read or change an environment's billing, by this service's own view of identity.

A user or key that has not arrived here yet is looked up again for up to half a second; one that is blocked or revoked
is refused at once.
"""

import asyncio
from dataclasses import dataclass

from billing.application.ports import CallerRights
from billing.domain.errors import PersonRequired
from billing.domain.rights import Caller, Rights

_LOOKS = 6
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    rights: CallerRights

    async def require_member(self, caller: Caller) -> None:
        (await self._known_rights(caller)).require_member(caller)

    async def require_administrator(self, caller: Caller) -> None:
        (await self._known_rights(caller)).require_administrator(caller)

    async def require_administrator_in_person(self, caller: Caller) -> None:
        if caller.connection_key_id is not None:
            raise PersonRequired
        await self.require_administrator(caller)

    async def _known_rights(self, caller: Caller) -> Rights:
        rights = await self.rights.find(caller)
        for _ in range(_LOOKS - 1):
            if rights.known(caller):
                break
            await asyncio.sleep(_PAUSE_SECONDS)
            rights = await self.rights.find(caller)
        return rights
