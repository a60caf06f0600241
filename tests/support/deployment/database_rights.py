"""Who may do what on a server that has the services' databases, as its catalogue says it."""

import psycopg
from koerier.servers.databases import SERVICES, with_database

RIGHTS = """
select 'database ' || datname, pg_get_userbyid(datdba), datacl::text from pg_database
where datname = any(%(services)s)
union all
select 'role ' || rolname, concat(rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolcanlogin), ''
from pg_roles where rolname ~ '_(owner|app)$' and rolname !~ '^pg_'
order by 1
"""
RIGHTS_INSIDE = """
select 'schema ' || nspname, '', nspacl::text from pg_namespace where nspname = 'public'
union all
select 'default ' || defaclobjtype::text, pg_get_userbyid(defaclrole), defaclacl::text from pg_default_acl
order by 1
"""


def rights(dsn: str) -> list[tuple[str, ...]]:
    """Return the rights on the databases and inside each."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute(RIGHTS, {"services": list(SERVICES)}).fetchall()
    for service in SERVICES:
        with psycopg.connect(with_database(dsn, service)) as connection:
            found += [(service, *row) for row in connection.execute(RIGHTS_INSIDE).fetchall()]
    return found
