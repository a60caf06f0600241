"""The content store: gzip in `bytea`, by SHA-256, in the partition of the month in which it may go.

The same bytes of the same month are stored once. Large contents are packed and unpacked in a thread.
"""

import asyncio
import gzip
from typing import Any

from shared.database.queries import beside

from documents.domain.document import ContentKey
from documents.domain.errors import DocumentNotFound

_queries = beside(__file__)
_LARGE = 128 * 1024
_LEVEL = 6


async def compress(content: bytes) -> bytes:
    """Pack; the same bytes always give the same bytes."""
    if len(content) < _LARGE:
        return gzip.compress(content, _LEVEL, mtime=0)
    return await asyncio.to_thread(gzip.compress, content, _LEVEL, mtime=0)


async def decompress(data: bytes) -> bytes:
    if len(data) < _LARGE:
        return gzip.decompress(data)
    return await asyncio.to_thread(gzip.decompress, data)


class PostgresContents:
    """Read from the pool."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def read(self, key: ContentKey) -> bytes:
        """Return the content; raises `DocumentNotFound` when its time is over."""
        data = await _queries.read_content(self._pool, expires_on=key.expires_on, sha256=key.sha256)
        if data is None:
            raise DocumentNotFound("The content of this document is not kept any more.")
        return await decompress(data)


class PostgresContentWriter:
    """Write within a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def put(self, key: ContentKey, content: bytes) -> None:
        await _queries.put_content(
            self._connection, expires_on=key.expires_on, sha256=key.sha256, data=await compress(content)
        )

    async def copy(self, source: ContentKey, target: ContentKey) -> None:
        """Let the content live as long as the target says, too."""
        if source.expires_on != target.expires_on:
            await _queries.copy_content(
                self._connection,
                source_expires_on=source.expires_on,
                target_expires_on=target.expires_on,
                sha256=source.sha256,
            )
