"""Time-based one-time passwords (RFC 6238), a step of 30 seconds early or late."""

import hmac

import pyotp
from shared.clock import Clock

_STEP_SECONDS = 30
_DRIFT_STEPS = (0, -1, 1)


class Totp:
    """Tells which step a code belongs to; that no step works twice is the caller's to remember."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new_secret(self) -> str:
        return pyotp.random_base32()

    def uri_of(self, secret: str, *, account: str, issuer: str) -> str:
        return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)

    def step_of(self, secret: str, code: str) -> int | None:
        """Return the step of a valid code, else None."""
        if not code.isascii():
            return None
        now = int(self._clock.now().timestamp()) // _STEP_SECONDS
        totp = pyotp.TOTP(secret)
        for drift in _DRIFT_STEPS:
            step = now + drift
            if hmac.compare_digest(totp.at(step * _STEP_SECONDS), code):
                return step
        return None
