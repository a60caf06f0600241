"""What the XML parser never forgets: each thread keeps every name that it has read, for as long as it lives.

Guarantees: names that strangers make up cost a process no more than `_MOST` bytes, and those of the document being
read. Once that is spent, documents are read in a thread of their own, whose names go when the document does: a tenth
of a millisecond for each document, for a process that somebody has attacked.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from lxml import etree

R = TypeVar("R")
_MOST: Final = 32_000_000


class ParserMemory:
    """`read` gets the bytes of a document; every use of the XML parser on what strangers sent goes through here."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._spent = 0

    @property
    def is_spent(self) -> bool:
        return self._spent >= self._most

    def reading(self, read: Callable[[bytes], R], content: bytes) -> R:
        """Return what `read` makes of a document, or raise what it raises."""
        if self.is_spent:
            with ThreadPoolExecutor(max_workers=1, thread_name_prefix="parser") as once:
                return once.submit(read, content).result()
        known = _names_known()
        try:
            return read(content)
        finally:
            # Names are not longer than what they stand in; how long exactly is not worth the time.
            if _names_known() > known:
                self._spent += len(content)


def _names_known() -> int:
    return int(etree.memory_debugger.dict_size())


_of_this_process = ParserMemory()
reading = _of_this_process.reading
