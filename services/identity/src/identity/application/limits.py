"""The limits of what may be tried, and the one way to enforce them."""

import math
from dataclasses import dataclass

from identity.application.ports import Throttle
from identity.domain.errors import TooManyAttempts
from identity.domain.throttle import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`client` limits count per network address, the others per e-mail address."""

    login_account: Limit
    login_client: Limit
    registration_address: Limit
    registration_client: Limit


async def spend(throttle: Throttle, limit: Limit, of: str) -> None:
    """Count an attempt; raises `TooManyAttempts` beyond the limit."""
    verdict = await throttle.attempt(limit, of)
    if not verdict.allowed:
        raise TooManyAttempts(retry_after_seconds=math.ceil(verdict.retry_after.total_seconds()))
