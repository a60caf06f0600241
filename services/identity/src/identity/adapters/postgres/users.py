"""Users and their addresses in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from shared.database.failures import violated_constraint
from shared.database.queries import beside

from identity.application.ports import Credentials, UserSecrets
from identity.application.views import PictureView
from identity.domain.errors import EmailTaken
from identity.domain.permissions import Role
from identity.domain.user import Status, User, UserAddress

_queries = beside(__file__)


class PostgresUsers:
    """The users as the open transaction sees them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def add(self, user: User, secrets: UserSecrets | None) -> None:
        """Insert the user, without secrets one who is invited; `EmailTaken` when an address is somebody's."""
        await _queries.insert_user(
            self._connection,
            id=user.id,
            environment_id=user.environment_id,
            first_name=user.first_name,
            last_name=user.last_name,
            role=user.role,
            relationship_manager=user.relationship_manager,
            status=user.status,
            locale=user.locale,
            password_hash=secrets.password_hash if secrets else None,
            totp_secret=secrets.totp_secret if secrets else None,
            **_terms(secrets),
            created_at=user.created_at,
            version=user.version,
        )
        for address in user.addresses:
            await self.add_address(user.id, address)

    async def add_address(self, user_id: UUID, address: UserAddress) -> None:
        """Insert an address of the user; raises `EmailTaken` when it is somebody's."""
        try:
            await _queries.insert_address(
                self._connection,
                user_id=user_id,
                address=address.address,
                is_primary=address.primary,
                verified_at=address.verified_at,
            )
        except asyncpg.UniqueViolationError as error:
            if violated_constraint(error) == "user_addresses_address":
                raise EmailTaken from error
            raise

    async def lock(self, user_id: UUID) -> User | None:
        return await self._with_addresses(await _queries.lock_user(self._connection, id=user_id))

    async def find(self, user_id: UUID) -> User | None:
        return await self._with_addresses(await _queries.find_user(self._connection, id=user_id))

    async def find_by_address(self, address: str) -> User | None:
        """Return whose address it is, verified or not."""
        user_id = await _queries.find_user_id(self._connection, address=address)
        return None if user_id is None else await self.find(user_id)

    async def _with_addresses(self, row: Mapping[str, Any] | None) -> User | None:
        if row is None:
            return None
        addresses = [
            UserAddress(address=found["address"], primary=found["is_primary"], verified_at=found["verified_at"])
            async for found in _queries.list_addresses(self._connection, user_id=row["id"])
        ]
        return User(
            **{**row, "role": Role(row["role"]), "status": Status(row["status"]), "addresses": tuple(addresses)}
        )

    async def save(self, user: User) -> None:
        await _queries.update_user(
            self._connection,
            id=user.id,
            role=user.role,
            relationship_manager=user.relationship_manager,
            status=user.status,
            version=user.version,
        )

    async def save_profile(self, user: User) -> None:
        await _queries.update_profile(
            self._connection,
            id=user.id,
            first_name=user.first_name,
            last_name=user.last_name,
            locale=user.locale,
            phone=user.phone,
            version=user.version,
        )

    async def activate(self, user: User, secrets: UserSecrets) -> None:
        """Store who the invited user is, what they log in with, and that their address is theirs."""
        await _queries.activate_user(
            self._connection,
            id=user.id,
            first_name=user.first_name,
            last_name=user.last_name,
            status=user.status,
            password_hash=secrets.password_hash,
            **_terms(secrets),
            version=user.version,
        )
        (address,) = user.addresses
        await _queries.verify_addresses(self._connection, user_id=user.id, verified_at=address.verified_at)

    async def set_password(self, user_id: UUID, password_hash: str) -> None:
        await _queries.set_password(self._connection, id=user_id, password_hash=password_hash)

    async def verify_address(self, user_id: UUID, address: str, *, now: datetime) -> None:
        await _queries.verify_address(self._connection, user_id=user_id, address=address, verified_at=now)

    async def remove_address(self, user_id: UUID, address: UserAddress) -> None:
        await _queries.remove_address(self._connection, user_id=user_id, address=address.address)

    async def put_picture(self, user_id: UUID, picture: PictureView, *, now: datetime) -> None:
        await _queries.put_picture(
            self._connection, user_id=user_id, content=picture.content, sha256=picture.sha256, changed_at=now
        )

    async def delete_picture(self, user_id: UUID) -> None:
        await _queries.delete_picture(self._connection, user_id=user_id)

    async def erase(self, user: User) -> None:
        """Store that the user is removed; their addresses are free, and nothing tells or shows who it was."""
        await _queries.erase_user(self._connection, id=user.id, status=user.status, version=user.version)
        await _queries.delete_addresses(self._connection, user_id=user.id)
        await _queries.delete_picture(self._connection, user_id=user.id)
        await _queries.delete_recovery_codes(self._connection, user_id=user.id)
        await _queries.delete_links(self._connection, user_id=user.id)
        await _queries.forget_origins(self._connection, user_id=user.id)

    async def count_administrators(self, environment_id: UUID) -> int:
        return int(await _queries.count_administrators(self._connection, environment_id=environment_id))

    async def is_taken(self, address: str) -> bool:
        return bool(await _queries.address_is_taken(self._connection, address=address))

    async def find_credentials(self, address: str) -> Credentials | None:
        """Return what the owner of a verified address logs in with."""
        return _credentials(await _queries.find_credentials(self._connection, address=address))

    async def find_credentials_of(self, user_id: UUID) -> Credentials | None:
        return _credentials(await _queries.find_credentials_of(self._connection, id=user_id))

    async def lock_credentials_of(self, user_id: UUID) -> Credentials | None:
        return _credentials(await _queries.lock_credentials_of(self._connection, id=user_id))

    async def put_pending_totp(self, user_id: UUID, sealed_secret: bytes) -> None:
        await _queries.put_pending_totp(self._connection, id=user_id, totp_pending=sealed_secret)

    async def lock_pending_totp(self, user_id: UUID) -> bytes | None:
        found: bytes | None = await _queries.lock_pending_totp(self._connection, id=user_id)
        return found

    async def set_totp(self, user_id: UUID, sealed_secret: bytes, *, step: int) -> None:
        await _queries.set_totp(self._connection, id=user_id, totp_secret=sealed_secret, step=step)

    async def clear_totp(self, user_id: UUID) -> None:
        await _queries.clear_totp(self._connection, id=user_id)

    async def replace_recovery_codes(self, user_id: UUID, code_hashes: Sequence[bytes]) -> None:
        await _queries.delete_recovery_codes(self._connection, user_id=user_id)
        await _queries.insert_recovery_codes(self._connection, user_id=user_id, code_hashes=list(code_hashes))

    async def use_recovery_code(self, user_id: UUID, code_hash: bytes, *, now: datetime) -> bool:
        used = await _queries.use_recovery_code(self._connection, user_id=user_id, code_hash=code_hash, used_at=now)
        return bool(used)

    async def accept_totp_step(self, user_id: UUID, step: int) -> bool:
        return bool(await _queries.accept_totp_step(self._connection, id=user_id, step=step))

    async def replace_password_hash(self, user_id: UUID, *, previous: str, replacement: str) -> None:
        await _queries.replace_password_hash(self._connection, id=user_id, previous=previous, replacement=replacement)


def _terms(secrets: UserSecrets | None) -> dict[str, Any]:
    terms = secrets.terms if secrets else None
    return {
        "terms_version": terms.version if terms else None,
        "terms_accepted_at": terms.accepted_at if terms else None,
    }


def _credentials(row: Mapping[str, Any] | None) -> Credentials | None:
    if row is None:
        return None
    return Credentials(**{**row, "role": Role(row["role"]), "status": Status(row["status"])})
