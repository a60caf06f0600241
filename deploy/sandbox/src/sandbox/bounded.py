"""A map that forgets its oldest entries, by number and by size: a sandbox left running for weeks does not grow."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Bounded(Generic[Key, Value]):
    """`weigh` says how many bytes an entry counts for; the newest entry always stays, however heavy.

    `dropped` is told the key of each entry that has to go.
    """

    def __init__(
        self,
        limit: int,
        *,
        weigh: Callable[[Value], int] | None = None,
        max_weight: int = 0,
        dropped: Callable[[Key], None] | None = None,
    ) -> None:
        self._limit = limit
        self._weigh = weigh
        self._max_weight = max_weight
        self._dropped = dropped
        self._weight = 0
        self._entries: OrderedDict[Key, Value] = OrderedDict()

    def put(self, key: Key, value: Value) -> None:
        if key in self._entries:
            self.remove(key)
        self._entries[key] = value
        self._weight += self._of(value)
        while len(self._entries) > 1 and self._is_full():
            oldest_key, oldest = self._entries.popitem(last=False)
            self._weight -= self._of(oldest)
            if self._dropped is not None:
                self._dropped(oldest_key)

    def get(self, key: Key) -> Value | None:
        return self._entries.get(key)

    def remove(self, key: Key) -> Value | None:
        removed = self._entries.pop(key, None)
        if removed is not None:
            self._weight -= self._of(removed)
        return removed

    def clear(self) -> None:
        self._entries.clear()
        self._weight = 0

    def newest_first(self) -> Iterator[Value]:
        return iter(list(reversed(self._entries.values())))

    def __len__(self) -> int:
        return len(self._entries)

    def _of(self, value: Value) -> int:
        return self._weigh(value) if self._weigh else 0

    def _is_full(self) -> bool:
        return len(self._entries) > self._limit or (self._weigh is not None and self._weight > self._max_weight)
