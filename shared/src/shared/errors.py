"""The errors that services raise on purpose, by category.

Guarantees: every error has a stable machine `code` (snake_case of its class name), a sentence for people in `detail`
and optional machine-readable `extra`. A category maps once to an HTTP status (`shared.http.problems`) and once to
what a consumer does with the record (`shared.messaging.consumer`): `Unavailable` is retried, everything else is
parked.

    DomainError
    ├── Malformed          400  cannot be read, or fails the schema
    ├── Unauthenticated    401  no, expired or invalid credentials
    ├── PaymentRequired    402  plan or credit
    ├── Forbidden          403  visible, but no right
    ├── NotFound           404  unknown, or outside one's membership
    ├── Conflict           409  the state does not allow it
    ├── TooLarge           413  more bytes than accepted
    ├── Invalid            422  well-formed, but a value is refused
    ├── RateLimited        429  slow down
    └── Unavailable        503  a part is down; the same call may work in a moment
"""

import re
from typing import Any, ClassVar

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class DomainError(Exception):
    """Base of every deliberate error; `detail` defaults to the first line of the class's docstring."""

    status: ClassVar[int] = 500

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        self.detail = detail or (type(self).__doc__ or type(self).__name__).splitlines()[0]
        self.extra = extra
        super().__init__(self.detail)

    @property
    def code(self) -> str:
        return _WORD_START.sub("_", type(self).__name__).lower()


class Malformed(DomainError):
    """The request cannot be read."""

    status = 400


class Unauthenticated(DomainError):
    """A valid access token is required."""

    status = 401


class PaymentRequired(DomainError):
    """The plan or the credit does not allow this."""

    status = 402


class Forbidden(DomainError):
    """You have no right to do this."""

    status = 403


class NotFound(DomainError):
    """There is nothing here that you may see."""

    status = 404


class Conflict(DomainError):
    """The current state does not allow this."""

    status = 409


class TooLarge(DomainError):
    """The request is larger than we accept."""

    status = 413


class Invalid(DomainError):
    """A value is refused."""

    status = 422


class RateLimited(DomainError):
    """Too many requests."""

    status = 429


class Unavailable(DomainError):
    """A part that this needs is not available right now."""

    status = 503
