"""The house rules that a program can check: sizes, names, where SQL lives, who owns an event, thin routers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from shared.contracts import billing, documents, identity, organizations
from shared.contracts.event import REGISTRY as REGISTERED
from shared.contracts.topics import ALL_TOPICS

ROOT = Path(__file__).parents[2]
SERVICES = ("identity", "organizations", "documents", "billing")
CONTRACTS = {module.__name__.rpartition(".")[2]: module for module in (identity, organizations, documents, billing)}
REGISTRY = {name: event for name, event in REGISTERED.items() if event.__module__.startswith("shared.")}
"""The platform's events; tests register event types of their own in the same process."""
MAX_FILE, MAX_FUNCTION, MAX_ROUTER, MAX_KAFKA = 300, 40, 15, 120
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "base", "common", "misc"}
TYPE = re.compile(r"^(identity|organizations|documents|billing)\.[a-z]+(-[a-z]+)*\.v[1-9]\d*$")
SQL = re.compile(r"\b(select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from)\b", re.IGNORECASE | re.DOTALL)


def _sources() -> list[Path]:
    roots = [ROOT / "shared/src", *(ROOT / "services" / name / "src" for name in SERVICES), *ROOT.glob("deploy/*/src")]
    return sorted(path for root in roots for path in root.rglob("*.py"))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _statements(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function's body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def _long_files(paths: list[Path]) -> list[str]:
    return [f"{path}: {lines}" for path in paths if (lines := len(path.read_text().splitlines())) > MAX_FILE]


def _long_functions(paths: list[Path]) -> list[str]:
    return [
        f"{path}:{node.lineno} {node.name}: {_length(node)}"
        for path in paths
        for node in _functions(ast.parse(path.read_text()))
        if _length(node) > MAX_FUNCTION
    ]


def test_no_file_is_longer_than_300_lines() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))

    assert _long_files([*_sources(), *tests]) == []


def test_no_function_is_longer_than_40_lines() -> None:
    assert _long_functions(_sources()) == []


def test_the_size_rules_bite(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("def long():\n" + "    x = 1\n" * MAX_FUNCTION + "\n" * MAX_FILE)

    assert _long_files([planted])
    assert _long_functions([planted])


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in _sources() if path.stem in FORBIDDEN_NAMES] == []


def test_every_module_of_shared_says_what_it_guarantees() -> None:
    modules = [path for path in (ROOT / "shared/src").rglob("*.py") if path.read_text().strip()]

    assert [path for path in modules if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_the_kafka_module_stays_thin() -> None:
    lines = (ROOT / "shared/src/shared/messaging/kafka.py").read_text().splitlines()

    assert len(lines) <= MAX_KAFKA


@pytest.mark.parametrize("service", SERVICES)
def test_sql_lives_in_sql_files(service: str) -> None:
    found = []
    for path in (ROOT / "services" / service / "src").rglob("*.py"):
        strings = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
        documented = {
            ast.get_docstring(n, clean=False) for n in ast.walk(ast.parse(path.read_text())) if _documented(n)
        }
        found += [
            (path, text) for text in strings if isinstance(text, str) and text not in documented and SQL.search(text)
        ]

    assert found == []


def _documented(node: ast.AST) -> bool:
    return isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)


@pytest.mark.parametrize("service", SERVICES)
def test_routers_parse_call_and_answer(service: str) -> None:
    routers = (ROOT / "services" / service / f"src/{service}/entrypoints/http").glob("*.py")
    thick = [
        f"{path.name}:{node.lineno} {node.name}: {_statements(node)}"
        for path in routers
        for node in _functions(ast.parse(path.read_text()))
        if any(_is_route(decorator) for decorator in node.decorator_list) and _statements(node) > MAX_ROUTER
    ]

    assert thick == []


def _is_route(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(call, ast.Attribute) and call.attr in {"get", "post", "put", "patch", "delete"}


def test_every_event_belongs_to_the_service_that_publishes_it() -> None:
    for event_type, event in REGISTRY.items():
        owner = event_type.partition(".")[0]
        assert TYPE.match(event_type), event_type
        assert event.topic.owner == owner, event_type
        assert event.__module__ == CONTRACTS[owner].__name__, event_type


def test_every_event_has_a_committed_schema() -> None:
    schemas = {path.stem for path in (ROOT / "shared/src/shared/contracts/schemas").glob("*.json")}

    assert schemas == set(REGISTRY)


def test_event_types_are_their_class_names() -> None:
    for event_type, event in REGISTRY.items():
        name, _, version = event_type.partition(".")[2].rpartition(".v")
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", event.__name__.removesuffix(f"V{version}")).lower()
        assert name == words, event_type


def test_topics_are_owned_by_services() -> None:
    assert {topic.owner for topic in ALL_TOPICS} == set(SERVICES)
