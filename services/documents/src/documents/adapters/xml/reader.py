"""The reader of what strangers send: safe parsing, envelopes and headers; big documents are parsed in a thread.

A document is parsed by `documents.adapters.rules.parsing`, which refuses DOCTYPEs and bounds everything. The bytes of a
document that came without an envelope are never changed, unless the caller names another receiver.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from documents.adapters.rules.parsing import ParsingLimits, parse_document
from documents.adapters.xml.envelopes import is_envelope, open_envelope, write
from documents.adapters.xml.headers import read_header, set_receiver
from documents.application.values import DocumentHeader, Envelope

R = TypeVar("R")
_LARGE = 256 * 1024


class XmlReader:
    def __init__(self, *, max_bytes: int) -> None:
        self._limits = ParsingLimits(size=max_bytes)

    async def read(self, content: bytes) -> DocumentHeader:
        """Return what the document says about itself."""
        return await _off_the_loop(content, lambda: read_header(parse_document(content, self._limits)))

    async def open_envelope(self, content: bytes) -> tuple[Envelope | None, bytes]:
        """Return the envelope, if there is one, and the document."""
        if b"StandardBusinessDocument" not in content:
            return None, content
        return await _off_the_loop(content, lambda: self._open(content))

    async def with_receiver(self, content: bytes, receiver: str) -> bytes:
        """Return the document with another receiver."""
        return await _off_the_loop(content, lambda: self._replace(content, receiver))

    def _open(self, content: bytes) -> tuple[Envelope | None, bytes]:
        root = parse_document(content, self._limits)
        return open_envelope(root) if is_envelope(root) else (None, content)

    def _replace(self, content: bytes, receiver: str) -> bytes:
        root = parse_document(content, self._limits)
        set_receiver(root, receiver)
        return write(root)


async def _off_the_loop(content: bytes, work: Callable[[], R]) -> R:
    return work() if len(content) < _LARGE else await asyncio.to_thread(work)
