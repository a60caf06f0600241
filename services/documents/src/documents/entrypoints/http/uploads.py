"""Reads an upload: multipart/form-data with a part `file`, or the XML itself; never more than the limit."""

from collections.abc import AsyncGenerator

from fastapi import Request
from shared.http.middleware import read_limited
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from documents.domain.errors import UnsupportedMediaType, UploadUnreadable

_XML = frozenset({"application/xml", "text/xml", "application/octet-stream"})
_MAX_FILES, _MAX_FIELDS = 1, 20


async def read_upload(request: Request, limit: int) -> bytes:
    """Return the document; raises `RequestTooLarge`, `UnsupportedMediaType` or `UploadUnreadable`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _XML or kind.endswith("+xml"):
        content = await read_limited(request, limit)
    elif kind == "multipart/form-data":
        content = await _read_part(request, await read_limited(request, limit))
    else:
        raise UnsupportedMediaType
    if not content:
        raise UploadUnreadable("The upload is empty.")
    return content


async def _read_part(request: Request, body: bytes) -> bytes:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(request.headers, stream(), max_files=_MAX_FILES, max_fields=_MAX_FIELDS)
    parser.spool_max_size = len(body) + 1  # the body is in memory already: no detour over the disk
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError, UnicodeDecodeError) as error:
        raise UploadUnreadable from error
    try:
        part = form.get("file")
        if isinstance(part, UploadFile):
            return await part.read()
        if isinstance(part, str):
            return part.encode()
        raise UploadUnreadable
    finally:
        await form.close()
