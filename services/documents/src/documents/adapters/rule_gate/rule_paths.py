"""What rules look at: every path that a rule names, as places in a document, and the values that they compare it with.

The expressions are followed without a document: from where a rule's context can stand, along every step, into
predicates and variables. This is for making documents and need not be complete: a wildcard, or a step that no schema
allows, leads nowhere, and a value counts for every path that it might come from.
"""

from collections.abc import Iterable, Iterator, Mapping

from documents.adapters.rule_gate.material import RulePath
from documents.adapters.rule_gate.schema_paths import SchemaPaths, TagPath
from documents.adapters.schematron.model import Let, Rule, Stylesheet
from documents.adapters.schematron.xpath.syntax import FN, Expression, PatternAlternative, Step, children, walk

Places = tuple[TagPath, ...]
_NOWHERE: Places = ()
_DOCUMENT: Places = ((),)
_MAX_PLACES = 6
_MAX_WORD = 40
_COMPARISONS = frozenset({"general", "value"})
# An attribute is the last step of a place, marked so.
_ATTRIBUTE = "@"
_ENDS_WITH = ("call", FN, "ends-with")
_WILDCARDS = frozenset({"any", "any-local"})
_SIBLINGS = frozenset({"preceding-sibling", "following-sibling"})
_COUNT = ("call", FN, "count")
_BINDERS = frozenset({"for", "some", "every"})


def words_of(stylesheet: Stylesheet) -> tuple[str, ...]:
    """The words in the literals of a rule set: its codes, mostly."""
    found: dict[str, None] = {}
    for expression in _expressions(stylesheet):
        for inside in walk(expression):
            if inside[0] == "string":
                found.update(dict.fromkeys(word for word in inside[1].split() if len(word) <= _MAX_WORD))
    return tuple(found)


def rule_paths_of(stylesheet: Stylesheet, roots: Iterable[SchemaPaths]) -> tuple[RulePath, ...]:
    """The places that the rules of a stylesheet name, below each of these roots; each once."""
    found: dict[RulePath, None] = {}
    for paths in roots:
        follower = _Follower(paths)
        follower.follow(stylesheet)
        found.update(follower.found)
    return tuple(found)


def _expressions(stylesheet: Stylesheet) -> Iterator[Expression]:
    yield from (let.value for let in stylesheet.lets)
    for pattern in stylesheet.patterns:
        for rule in pattern.rules:
            yield from (predicate for alternative in rule.context for predicate in _predicates(alternative[2]))
            yield from _rule_expressions(rule)


def _rule_expressions(rule: Rule) -> Iterator[Expression]:
    for part in rule.body:
        if isinstance(part, Let):
            yield part.value
        else:
            yield part.test
            yield from (piece for piece in part.text if not isinstance(piece, str))


def _predicates(steps: Iterable[Step]) -> Iterator[Expression]:
    for step in steps:
        if step[0] == "step":
            yield from step[3]


class _Follower:
    """Follows expressions below one root; `found` keeps its order."""

    def __init__(self, paths: SchemaPaths) -> None:
        self._paths = paths
        self.found: dict[RulePath, None] = {}

    def follow(self, stylesheet: Stylesheet) -> None:
        outside: dict[str, Places] = {}
        for let in stylesheet.lets:
            outside[let.name] = self._value(let.value, _DOCUMENT, outside)
        for pattern in stylesheet.patterns:
            for rule in pattern.rules:
                self._rule(rule, outside)

    def _rule(self, rule: Rule, outside: Mapping[str, Places]) -> None:
        context = _first(place for alternative in rule.context for place in self._matching(alternative, outside))
        if not context:
            return
        variables = dict(outside)
        for part in rule.body:
            if isinstance(part, Let):
                variables[part.name] = self._value(part.value, context, variables)
            else:
                for expression in (part.test, *(piece for piece in part.text if not isinstance(piece, str))):
                    self._value(expression, context, variables)

    def _matching(self, alternative: PatternAlternative, outside: Mapping[str, Places]) -> Places:
        """Where elements that match a pattern can stand."""
        _, anchored, steps = alternative
        places = _DOCUMENT
        for number, step in enumerate(steps):
            _, axis, test, predicates = step
            anywhere = axis == "descendant" or (number == 0 and not anchored and axis == "child")
            if anywhere and test[0] in _WILDCARDS:
                places = self._like(test, predicates)
            else:
                places = self._step(places, "descendant" if anywhere else axis, test)
            for predicate in predicates:
                self._value(predicate, places, outside)
        return places

    def _like(self, test: tuple[str, ...], predicates: Iterable[Expression]) -> Places:
        """Elements of any name, or of those that end as a predicate wants."""
        endings = [
            str(inside[3][1][1])
            for predicate in predicates
            for inside in walk(predicate)
            if inside[:3] == _ENDS_WITH and inside[3][1][0] == "string"
        ]
        namespace = test[1] if len(test) > 1 else None
        return tuple(place for ending in endings for place in self._paths.ending(ending, namespace))

    def _value(self, expression: Expression, focus: Places, variables: Mapping[str, Places]) -> Places:
        """Follow an expression; the places that its value comes from."""
        kind = expression[0]
        if kind in _COMPARISONS:
            return self._comparison(expression, focus, variables)
        if kind in _BINDERS:
            bound = dict(variables)
            for name, value in expression[1]:
                bound[name] = self._value(value, focus, bound)
            return self._value(expression[2], focus, bound)
        if kind == "path":
            return self._path(expression, focus, variables)
        if kind == "var":
            return variables.get(str(expression[1]), _NOWHERE)
        if kind in {"context", "root"}:
            return focus if kind == "context" else _DOCUMENT
        return self._inside(expression, focus, variables)

    def _inside(self, expression: Expression, focus: Places, variables: Mapping[str, Places]) -> Places:
        """Follow what an expression is made of; the predicates of `(..)[..]` look from what they filter."""
        if expression[0] == "filter":
            places = self._value(expression[1], focus, variables)
            for predicate in expression[2]:
                self._value(predicate, places, variables)
            return places
        return _first(place for inside in children(expression) for place in self._value(inside, focus, variables))

    def _comparison(self, expression: Expression, focus: Places, variables: Mapping[str, Places]) -> Places:
        left, right = (self._value(side, focus, variables) for side in expression[2:])
        for places, side, other in ((left, expression[2], expression[3]), (right, expression[3], expression[2])):
            counted = side[:3] == _COUNT
            for place in places:
                for value in _literals(other):
                    self._note(place, value="" if counted else value, counted=counted)
        return _NOWHERE

    def _path(self, expression: Expression, focus: Places, variables: Mapping[str, Places]) -> Places:
        _, start, steps = expression
        places = self._value(start, focus, variables)
        anywhere = False
        for step in steps:
            if step[0] == "apply":
                places = self._value(step[1], places, variables)
                continue
            _, axis, test, predicates = step
            if axis == "descendant-or-self" and test == ("node",):
                anywhere = True
                continue
            if anywhere and axis == "attribute":
                # Anywhere: the root stands for all the elements that might have it.
                places = ((self._paths.root,),)
            places = self._step(places, "descendant" if anywhere and axis == "child" else axis, test)
            anywhere = False
            for predicate in predicates:
                self._value(predicate, places, variables)
        return places

    def _step(self, places: Places, axis: str, test: tuple[str, ...]) -> Places:
        if test[0] != "name":
            return _unnamed(places, axis, self._paths.root)
        tag = f"{{{test[1]}}}{test[2]}" if test[1] else test[2]
        reached = _first(new for place in places for new in _moved(self._paths, place, axis, tag))
        for place in reached:
            self._note(place)
        return reached

    def _note(self, place: TagPath, *, value: str = "", counted: bool = False) -> None:
        attribute = place[-1].removeprefix(_ATTRIBUTE) if place and place[-1].startswith(_ATTRIBUTE) else ""
        tags = place[1:-1] if attribute else place[1:]
        if tags or attribute:
            path = RulePath(root=place[0], tags=tags, attribute=attribute, value=value, counted=counted)
            self.found[path] = None


def _first(places: Iterable[TagPath]) -> Places:
    """Each once, and only a few: the shortest."""
    return tuple(sorted(set(places), key=lambda place: (len(place), place))[:_MAX_PLACES])


def _literals(expression: Expression) -> list[str]:
    parts = expression[1] if expression[0] == "sequence" else (expression,)
    return [str(part[1]) for part in parts if part[0] in {"string", "integer", "decimal"}]


def _unnamed(places: Places, axis: str, root: str) -> Places:
    """A step without a name: `/*` is the root; else only what stays or goes up leads to a place that is known."""
    if axis == "self":
        return places
    if axis == "child":
        return ((root,),) if () in places else _NOWHERE
    return _first(place[:-1] for place in places) if axis == "parent" else _NOWHERE


def _moved(paths: SchemaPaths, place: TagPath, axis: str, tag: str) -> list[TagPath]:
    """The places that a step with a name leads to; from an attribute only up."""
    if axis in {"self", "parent"}:
        kept = place if axis == "self" else place[:-1]
        return [kept] if kept and kept[-1] == tag else []
    if place and place[-1].startswith(_ATTRIBUTE):
        return []
    if axis == "descendant":
        return paths.places(tag, below=place)
    if axis == "ancestor":
        return [place[: index + 1] for index, name in enumerate(place[:-1]) if name == tag]
    return _beside(place, axis, tag, root=paths.root)


def _beside(place: TagPath, axis: str, tag: str, *, root: str) -> list[TagPath]:
    """A child, an attribute or a sibling; below the document node there is only the root."""
    start = {"child": place, "attribute": place}.get(axis, place[:-1] if axis in _SIBLINGS else None)
    if start is None or (not start and tag != root):
        return []
    return [(*start, f"{_ATTRIBUTE}{tag}" if axis == "attribute" else tag)]
