"""Truth without regard to order, for the exact forms of expressions (see `compiler.forms`).

Guarantees: an operand that decides is enough, whatever the others are; of a sequence no more items are evaluated than
somebody asks for, and an error in one is an error each time it is asked for. Slower than what Python does by itself:
called only after an error.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

from documents.adapters.schematron.runtime.errors import EvaluationError, Undecided
from documents.adapters.schematron.runtime.navigation import children, text_nodes_of, text_of
from documents.adapters.schematron.runtime.tree import Node

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R")


def conjunction(*operands: Callable[[], Any]) -> bool:
    """`and`: false when any operand is, else an error when any is."""
    return not _decided(operands, decisive=False)


def disjunction(*operands: Callable[[], Any]) -> bool:
    """`or`: true when any operand is, else an error when any is."""
    return _decided(operands, decisive=True)


def in_turn(function: Callable[[S, S], R], left: S | None, right: Callable[[], S | None]) -> R | None:
    """The function of two items; nothing when one is missing, and then the right one may be an error."""
    if left is None:
        return None
    other = right()
    return None if other is None else function(left, other)


def any_pair(compare: Callable[[S, S], bool], left: Iterable[S], right: Iterable[S]) -> bool:
    """Whether an item of one side compares with one of the other; both are read by turns, no further than needed."""
    seen: tuple[list[S], list[S]] = ([], [])
    unread = [(0, iter(left)), (1, iter(right))]
    while unread:
        for side, items in tuple(unread):
            for item in items:
                seen[side].append(item)
                if any(compare(item, other) if side == 0 else compare(other, item) for other in seen[1 - side]):
                    return True
                break
            else:
                unread.remove((side, items))
    return False


def _decided(operands: Iterable[Callable[[], Any]], *, decisive: bool) -> bool:
    failed: EvaluationError | None = None
    for operand in operands:
        try:
            if bool(operand()) is decisive:
                return True
        except EvaluationError as error:
            failed = failed if isinstance(failed, Undecided) else error
    if failed is not None:
        raise failed
    return False


def undecided(make: Callable[[], R]) -> R:
    """The value; an error is one of which it is not certain that the reference has it."""
    try:
        return make()
    except EvaluationError as error:
        raise Undecided(error.code, error.text) from error


class Lazily(Sequence[T]):
    """A list whose items are evaluated when they are asked for, each once."""

    def __init__(self, items: Iterable[T]) -> None:
        self._rest = iter(items)
        self._seen: list[T] = []
        self._failed: EvaluationError | None = None

    def _has(self, index: int) -> bool:
        """Whether there is an item at an index; evaluates up to it."""
        while len(self._seen) <= index:
            if self._failed is not None:  # the iterator has ended with its error
                raise self._failed
            try:
                self._seen.append(next(self._rest))
            except StopIteration:
                return False
            except EvaluationError as error:
                self._failed = error
                raise
        return True

    def __iter__(self) -> Iterator[T]:
        index = 0
        while self._has(index):
            yield self._seen[index]
            index += 1

    def __bool__(self) -> bool:
        return self._has(0)

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> list[T]:
        while self._has(len(self._seen)):
            pass
        return self._seen

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice) or index < 0:
            return self._all()[index]
        if not self._has(index):
            raise IndexError(index)
        return self._seen[index]


def lazy_step(elements: Iterable[Node], key: str) -> Lazily[Node]:
    """The children of a name, of every element."""
    return Lazily(child for element in elements for child in element.children.get(key, ()))


def lazy_children_of_all(elements: Iterable[Node]) -> Lazily[Node]:
    """All child elements of every element."""
    return Lazily(child for element in elements for child in children(element))


def lazy_attributes(elements: Iterable[Node], name: str) -> Lazily[str]:
    """The values of an attribute where it is there."""
    return Lazily(element.attributes[name] for element in elements if name in element.attributes)


def lazy_texts(elements: Iterable[Node]) -> Lazily[str]:
    """The string values."""
    return Lazily(map(text_of, elements))


def lazy_text_nodes(elements: Iterable[Node]) -> Lazily[str]:
    """The text nodes of every element."""
    return Lazily(text for element in elements for text in text_nodes_of(element))


def lazy_has_text(elements: Iterable[Node], text: str) -> bool:
    """Whether an element has this string value."""
    return text in map(text_of, elements)
