"""Lists are paged by an opaque cursor over UUIDv7 ids: `?limit=&cursor=` → `{"items": […], "next": …}`."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query

from shared.errors import Malformed

MAX_LIMIT = 200
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many items at most")]
Cursor = Annotated[str | None, Query(max_length=64, description="`next` of the page before")]
T = TypeVar("T")


class InvalidCursor(Malformed):
    """The cursor is not one that we gave."""


def encode_cursor(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).rstrip(b"=").decode()


def decode_cursor(cursor: str | None) -> UUID | None:
    """Return the id after which the page starts; raises `InvalidCursor` for anything that we did not make."""
    if cursor is None:
        return None
    try:
        return UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise InvalidCursor from error


def page(rows: Sequence[T], *, limit: int, id_of: Callable[[T], UUID]) -> tuple[Sequence[T], str | None]:
    """Cut `rows`, of which one more than `limit` was asked for, into a page and the cursor of the next."""
    if len(rows) <= limit:
        return rows, None
    kept = rows[:limit]
    return kept, encode_cursor(id_of(kept[-1]))
