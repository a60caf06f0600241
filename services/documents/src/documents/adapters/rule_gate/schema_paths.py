"""Where, below a root element, the schemas let a name occur: patterns and `//` name no place, documents need one.

Guarantees: the shortest places first, each type entered once (parties contain parties without end), the same order
every time.
"""

from collections import deque
from collections.abc import Iterator
from functools import cached_property

from documents.adapters.rule_gate.schema_model import SchemaModel

# Expanded names from the root element down; empty for the document node.
TagPath = tuple[str, ...]


def namespace_in(tag: str) -> str:
    return tag.rpartition("}")[0].removeprefix("{")


class SchemaPaths:
    """The places below one root element."""

    def __init__(self, schema: SchemaModel, root: str) -> None:
        self._schema = schema
        self.root = root

    @cached_property
    def _everywhere(self) -> dict[str, list[TagPath]]:
        return self._found_below((self.root,))

    def places(self, tag: str, *, below: TagPath | None = None, most: int = 3) -> list[TagPath]:
        """The shortest places of a name, anywhere or below a place; none when no type has it."""
        if below is None or below in {(), (self.root,)}:
            own = [(self.root,)] if tag == self.root else []
            return (own + self._everywhere.get(tag, []))[:most]
        return self._found_below(below).get(tag, [])[:most]

    def ending(self, ending: str, namespace: str | None, *, most: int = 6) -> list[TagPath]:
        """The shortest places of names that end so, in a namespace or in any."""
        found = [
            place
            for tag, places in self._everywhere.items()
            for place in places
            if tag.endswith(ending) and namespace in (None, namespace_in(tag))
        ]
        return sorted(found, key=len)[:most]

    def _type_at(self, path: TagPath) -> str:
        name = self._schema.roots.get(path[0], "") if path else ""
        for tag in path[1:]:
            model = self._schema.types.get(name)
            name = next((child.type_name for child in model.children if child.tag == tag), "") if model else ""
        return name

    def _found_below(self, start: TagPath) -> dict[str, list[TagPath]]:
        found: dict[str, list[TagPath]] = {}
        for path in self._walk(start):
            found.setdefault(path[-1], []).append(path)
        return found

    def _walk(self, start: TagPath) -> Iterator[TagPath]:
        waiting = deque([(start, self._type_at(start))])
        entered: set[str] = set()
        while waiting:
            path, name = waiting.popleft()
            model = self._schema.types.get(name)
            if model is None or name in entered:
                continue
            entered.add(name)
            for child in model.children:
                yield (*path, child.tag)
                waiting.append(((*path, child.tag), child.type_name))
