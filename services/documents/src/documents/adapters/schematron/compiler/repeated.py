"""What a rule's function would work out twice for one item, it works out once (rule-engine.md 4.7).

Rules repeat themselves: a total of lines stands on both sides of a tolerance, a filtered list in five checks. This pass
reads the function that the compiler wrote, finds expressions with a loop (or a chain of calculations) that are written
more than once and depend on the same item, and keeps their value in a list of cells beside that item. Every place
fills a cell or finds it filled, so that nothing is evaluated that was not before: an error is raised where the first
evaluation stood, and what a short circuit leaves out stays left out. Expressions have no effects.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_ELEMENT: Final = "n"
_LET: Final = "v"
_REPORT: Final = "F"  # the one function with an effect
_CALLS: Final = 5  # so many calls in one expression cost more than a cell
_LOOPS: Final = (ast.ListComp, ast.GeneratorExp)


@dataclass(eq=False, slots=True)
class _Place:
    """Where an item is bound: the loop over the elements (no `loop`), or one `for` of a comprehension."""

    name: str
    cells: str
    loop: ast.comprehension | None
    kept: int = 0


@dataclass(eq=False, slots=True)
class _Group:
    """The places of one expression, for one item."""

    place: _Place
    nodes: list[ast.expr] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(1 for _ in ast.walk(self.nodes[0]))


def once_per_item(source: str) -> str:
    """Return the function of a rule with each repeated expression evaluated once per item."""
    module = ast.parse(source)
    loop = module.body[0].body[0]  # type: ignore[attr-defined]  # def r(N, D, M, F): for n in N: ...
    outer = _Place(_ELEMENT, "C", None)
    groups: dict[tuple[int, str], _Group] = {}
    for statement in loop.body:
        for node, place in _candidates(statement, (outer,)):
            groups.setdefault((id(place), _shape(node, {})), _Group(place)).nodes.append(node)
    cells = _chosen(list(groups.values()))
    if not cells:
        return source
    keeping = _Keeping(cells)
    loop.body = [keeping.visit(statement) for statement in loop.body]
    for place in {id(place): place for place, _ in cells.values()}.values():
        _make_room(place, loop)
    return ast.unparse(ast.fix_missing_locations(module)) + "\n"


def _candidates(node: ast.AST, places: tuple[_Place, ...]) -> Iterator[tuple[ast.expr, _Place]]:
    """The expressions that are dear enough, each with the innermost item that it depends on."""
    if isinstance(node, ast.expr) and _is_dear(node):
        names = _free(node)
        place = next((each for each in reversed(places) if each.name in names), None)
        if place is None and any(name.startswith(_LET) and name[1:].isdigit() for name in names):
            place = places[0]
        if place is not None:
            yield node, place
    if not isinstance(node, _LOOPS):
        for child in ast.iter_child_nodes(node):
            yield from _candidates(child, places)
        return
    for each in node.generators:
        yield from _candidates(each.iter, places)
        name = each.target.id  # type: ignore[attr-defined]  # the compiler binds plain names
        places = (*places, _Place(name, f"c_{name}", each))
        for condition in each.ifs:
            yield from _candidates(condition, places)
    yield from _candidates(node.elt, places)


def _is_dear(node: ast.expr) -> bool:
    if not isinstance(node, ast.ListComp | ast.Call | ast.BinOp | ast.Compare):
        return False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _REPORT:
        return False
    calls = 0
    for inner in ast.walk(node):
        if isinstance(inner, _LOOPS):
            return True
        calls += isinstance(inner, ast.Call)
    return calls >= _CALLS


def _free(node: ast.expr) -> set[str]:
    """The names that an expression reads and does not bind; no name is bound twice in a module."""
    names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    bound = {inner.target.id for inner in ast.walk(node) if isinstance(inner, ast.comprehension)}  # type: ignore[attr-defined]
    return names - bound


def _shape(node: ast.AST, bound: dict[str, str]) -> str:
    """The expression as text, the same for two that differ only in the names that they bind."""
    if isinstance(node, ast.Name):
        return bound.get(node.id, node.id)
    if isinstance(node, ast.Constant):
        return repr(node.value)
    if isinstance(node, _LOOPS):
        parts = []
        for each in node.generators:
            iterated = _shape(each.iter, bound)
            bound = {**bound, each.target.id: f"${len(bound)}"}  # type: ignore[attr-defined]
            parts.append(f"{iterated} if {[_shape(condition, bound) for condition in each.ifs]}")
        return f"{type(node).__name__}({_shape(node.elt, bound)} for {parts})"
    inside = ", ".join(_shape(child, bound) for child in ast.iter_child_nodes(node))
    return f"{type(node).__name__}({getattr(node, 'attr', '')} {inside})"


def _chosen(groups: list[_Group]) -> dict[int, tuple[_Place, int]]:
    """The cell of each repeated expression. What is repeated only inside larger ones is left alone."""
    cells: dict[int, tuple[_Place, int]] = {}
    skipped: set[int] = set()
    for group in sorted(groups, key=lambda each: -each.size):
        if sum(id(node) not in skipped for node in group.nodes) < 2:  # noqa: PLR2004 - a repetition
            continue
        for node in group.nodes:
            cells[id(node)] = (group.place, group.place.kept)
        group.place.kept += 1
        for again in group.nodes[1:]:
            skipped.update(id(inner) for inner in ast.walk(again))
    return cells


class _Keeping(ast.NodeTransformer):
    """Puts the look at the cell around each expression that has one."""

    def __init__(self, cells: dict[int, tuple[_Place, int]]) -> None:
        self._cells = cells

    def visit(self, node: ast.AST) -> ast.AST:
        cell = self._cells.get(id(node))
        inside = self.generic_visit(node)
        if cell is None:
            return inside
        place, number = cell
        code = f"({place.cells}[{number}] if {place.cells}[{number}] is not U else keep({place.cells}, {number}, 0))"
        kept = ast.parse(code, mode="eval").body
        kept.orelse.args[2] = inside  # type: ignore[attr-defined]
        return kept


def _make_room(place: _Place, loop: ast.For) -> None:
    """Empty cells for each new item, before anything looks at them."""
    if place.loop is None:
        loop.body[:0] = ast.parse(f"{place.cells} = [U] * {place.kept}").body
        return
    written = ast.parse(f"[0 for {place.cells} in [[U] * {place.kept}]]", mode="eval").body
    (room,) = written.generators  # type: ignore[attr-defined]
    room.ifs, place.loop.ifs = place.loop.ifs, []
    owner = next(
        node for node in ast.walk(loop) if isinstance(node, _LOOPS) and any(e is place.loop for e in node.generators)
    )
    owner.generators.insert(owner.generators.index(place.loop) + 1, room)
