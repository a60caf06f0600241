"""SQL gets its values as parameters: nowhere in the source is a statement put together from them."""

from pathlib import Path

import pytest
from koerier.paths import find_layout
from support.sql_lint import in_files, in_python, in_sql

ROOT = find_layout().root
FOLDERS = ("shared/src", "services", "deploy")
_COMPOSED = "composed with psycopg's sql.SQL and sql.Identifier, which quote; only names and a password of ours"
ALLOWED = {
    "deploy/local/src/koerier/servers/databases.py": _COMPOSED,
    "deploy/local/src/koerier/servers/roles.sql": _COMPOSED,
    "deploy/local/src/koerier/servers/database_access.sql": _COMPOSED,
    "deploy/local/src/koerier/servers/database_grants.sql": _COMPOSED,
    "services/billing/migrations/versions/0002_ledger.py": "walks a tuple of its own constants",
    "services/billing/migrations/versions/0003_prices.py": "walks a tuple of its own constants",
    "shared/src/shared/database/migrations.py": "runs the statements of a .sql file of ours through alembic",
}


def sources() -> list[Path]:
    return [
        path
        for folder in FOLDERS
        for suffix in ("*.py", "*.sql")
        for path in sorted((ROOT / folder).rglob(suffix))
        if ".venv" not in path.parts and "node_modules" not in path.parts
    ]


def test_no_statement_is_put_together_from_values() -> None:
    found = in_files(sources(), ROOT)
    assert [complaint for complaint in found if complaint.partition(":")[0] not in ALLOWED] == []


def test_the_source_that_is_looked_through_is_all_of_it() -> None:
    seen = {path.relative_to(ROOT).as_posix() for path in sources()}
    assert {"shared/src/shared/messaging/jobs.sql", "services/billing/src/billing/adapters/postgres/ledger.py"} <= seen
    assert sum(path.endswith(".sql") for path in seen) >= 30


def test_an_exception_is_about_a_file_that_there_is() -> None:
    assert [path for path in ALLOWED if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    "planted",
    [
        "await connection.execute(f'delete from users where id = {user_id}')",
        "await connection.fetch('select * from users where name = ' + name)",
        "await connection.fetchval('select %s' % value)",
        "await connection.fetchrow('select * from {}'.format(table))",
        "statement = f'update users set name = {name!r}'",
        "await connection.execute(build(statement))",
        "await connection.execute(statement)",
        "await connection.executemany(' '.join(parts), rows)",
        "await connection.cursor('SELECT 1 ' + tail)",
        "PARTS = ['a']\nawait_ = connection.execute(PARTS)",
    ],
)
def test_a_planted_statement_is_found(planted: str) -> None:
    body = planted.replace("await ", "")
    assert list(in_python(body))


@pytest.mark.parametrize(
    "fine",
    [
        "connection.execute('delete from users where id = $1', user_id)",
        "_SQL = 'select 1'\nconnection.fetch(_SQL)",
        "connection.cursor(_queries.walk_ledger.sql)",
        "log.info(f'selected {count} rows')",
        "raise ValueError(f'update failed: {error}')",
        "rules.fetch(directory=None)",
    ],
)
def test_what_has_parameters_is_not_complained_about(fine: str) -> None:
    assert list(in_python(fine)) == []


@pytest.mark.parametrize(
    "planted",
    [
        "-- name: find(id)\nselect * from users where name = '{name}';",
        "select * from users where id = %s;",
        "select * from users where id = %(id)s;",
        "create function f() returns void language plpgsql as $$ begin execute 'drop table ' || name; end $$;",
        "do $$ begin execute format('drop table %s', name); end $$;",
    ],
)
def test_a_planted_gap_in_a_sql_file_is_found(planted: str) -> None:
    assert list(in_sql(planted))


def test_a_function_that_quotes_and_a_trigger_are_not_complained_about() -> None:
    fine = (
        "create trigger t before update on x for each row execute function refuse();\n"
        "do $$ begin execute format('drop table %I', name); end $$;\n-- 100 %s sure"
    )
    assert list(in_sql(fine)) == []
