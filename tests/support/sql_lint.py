"""Finds SQL that is put together from values instead of being given parameters.

Two rules over Python source: what is executed is written down somewhere, whole (a literal, a constant of a module, a
named query); and no text that begins like SQL is formatted, added to or interpolated. One over `.sql` files: nothing in
them is left for a client to fill in but named parameters, and dynamic SQL of functions quotes what it puts in.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_RUNS = frozenset(
    {"execute", "executemany", "fetch", "fetchrow", "fetchval", "cursor", "exec_driver_sql", "copy_from_query"}
)
_SQL = re.compile(
    r"^\s*(--.*\n\s*)*(select\b|insert\s+into|update\s+\S+\s+set|delete\s+from|with\s+\w+\s+as\s*\(|create\s+(table|role|"
    r"database|index|view|or|unique|function|trigger|schema)|alter\s+(table|role|database)|drop\s+(table|role|database|"
    r"index|view)|truncate\s|grant\s|revoke\s|copy\s+\w+\s+(from|to)|merge\s+into|set\s+(role|session|local))",
    re.IGNORECASE,
)
_FILLED_IN = re.compile(r"%s|%\(\w+\)s|(?<!\$)\{\w+\}")
_DYNAMIC = re.compile(r"\bexecute\s+(?!function|procedure|on\b|format\s*\()", re.IGNORECASE)
_UNQUOTED = re.compile(r"\bexecute\s+format\s*\(\s*'[^']*%s[^']*'", re.IGNORECASE)


def in_python(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and complaint for each statement that is put together."""
    tree = ast.parse(source)
    constants = _constants(tree)
    for node in ast.walk(tree):
        if _is_put_together(node):
            yield node.lineno, "SQL is put together from values"  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and _runs_something(node) and not _is_written_down(node.args[0], constants):
            yield node.lineno, f"what is executed is not written down: {ast.unparse(node.args[0])[:80]}"


def in_sql(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and complaint for each place that somebody else must fill in."""
    without_comments = re.sub(r"--[^\n]*", "", text)
    for pattern, complaint in (
        (_DYNAMIC, "dynamic SQL without format()"),
        (_UNQUOTED, "dynamic SQL with %s: use %I or %L"),
    ):
        for match in pattern.finditer(without_comments):
            yield without_comments[: match.start()].count("\n") + 1, complaint
    plain = re.sub(r"format\s*\(\s*'[^']*'", "", without_comments)
    for match in _FILLED_IN.finditer(plain):
        yield plain[: match.start()].count("\n") + 1, f"{match.group()} is for a client to fill in"


def in_files(paths: list[Path], root: Path) -> list[str]:
    """Return the complaints about these files, as `path:line: complaint`."""
    found = []
    for path in paths:
        check = in_sql if path.suffix == ".sql" else in_python
        text = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(root)}:{line}: {complaint}" for line, complaint in check(text)]
    return found


def _constants(tree: ast.Module) -> frozenset[str]:
    """Return the names that hold a whole statement: constants of this module, and what other modules export as such."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names if alias.name.isupper()}
    return frozenset(names)


def _runs_something(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _RUNS and bool(call.args)


def _is_written_down(node: ast.expr, constants: frozenset[str]) -> bool:
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name):
            return name in constants
        case ast.Attribute(attr=name):
            return name == "sql" or name.isupper()
    return False


def _is_put_together(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str() as begin), *rest]):
            return bool(_SQL.match(begin)) and any(isinstance(part, ast.FormattedValue) for part in rest)
        case ast.BinOp(op=ast.Mod() | ast.Add(), left=ast.Constant(value=str() as begin), right=right):
            return bool(_SQL.match(begin)) and not isinstance(right, ast.Constant)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as begin), attr="format" | "format_map")):
            return bool(_SQL.match(begin))
    return False
