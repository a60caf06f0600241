"""Compares a code with a user's authenticator, or with their recovery codes; no code works twice."""

from uuid import UUID

from shared.clock import Clock

from identity.application.ports import Sealer, SecondFactor, Tx
from identity.domain.errors import InvalidCredentials
from identity.domain.recovery_code import hash_if_code


async def check_code(
    tx: Tx, user_id: UUID, sealed_secret: bytes, code: str, *, second_factor: SecondFactor, sealer: Sealer, clock: Clock
) -> bool:
    """Use the code up, or raise `InvalidCredentials`; tell whether it was a recovery code."""
    recovery = hash_if_code(code)
    if recovery is not None:
        if not await tx.users.use_recovery_code(user_id, recovery, now=clock.now()):
            raise InvalidCredentials
        return True
    step = second_factor.step_of(sealer.open(sealed_secret).decode(), code)
    if step is None or not await tx.users.accept_totp_step(user_id, step):
        raise InvalidCredentials
    return False
