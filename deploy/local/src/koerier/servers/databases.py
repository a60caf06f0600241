"""The services' databases and roles on one PostgreSQL server.

Guarantees: each service has a database of its own, an owner role (migrations) and an application role (rows only);
neither can connect to another service's database. Everything here can be repeated at every start.
"""

from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

SERVICES = ("identity", "organizations", "documents", "billing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A role that may log in."""

    name: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRoles:
    """The two roles of one service."""

    owner: Login
    app: Login


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDatabase:
    """How a service reaches its database: as owner for migrations, as application for everything else."""

    name: str
    owner_dsn: str
    app_dsn: str


def service_roles(service: str, *, owner_password: str, app_password: str) -> ServiceRoles:
    """Name the roles of a service as every environment does."""
    return ServiceRoles(
        owner=Login(name=f"{service}_owner", password=owner_password),
        app=Login(name=f"{service}_app", password=app_password),
    )


def service_database(admin_dsn: str, name: str, roles: ServiceRoles) -> ServiceDatabase:
    """Describe a database of a service on the server that the admin's address names."""
    return ServiceDatabase(
        name=name,
        owner_dsn=with_login(admin_dsn, roles.owner, database=name),
        app_dsn=with_login(admin_dsn, roles.app, database=name),
    )


def with_login(dsn: str, login: Login, *, database: str) -> str:
    """Return the same server's address for another role and database."""
    parts = urlsplit(dsn)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{login.name}:{login.password}@{host}", path=f"/{database}"))


def with_database(dsn: str, database: str) -> str:
    """Return the same login's address for another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


def provision_roles(admin_dsn: str, roles: ServiceRoles) -> None:
    """Create the service's owner and application role, or set their passwords."""
    statement = _statement("roles.sql")
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        for login in (roles.owner, roles.app):
            connection.execute(
                statement.format(name=login.name, role=sql.Identifier(login.name), password=login.password)
            )


def provision_database(admin_dsn: str, name: str, roles: ServiceRoles) -> ServiceDatabase:
    """Create a database with the rights of the two roles in it, when it is missing."""
    names = _identifiers(roles)
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        if connection.execute("select from pg_database where datname = %s", [name]).fetchone() is None:
            create = sql.SQL("create database {database} owner {owner}")
            connection.execute(create.format(database=sql.Identifier(name), owner=names["owner"]))
        connection.execute(_statement("database_access.sql").format(database=sql.Identifier(name), **names))
    with psycopg.connect(with_database(admin_dsn, name), autocommit=True) as connection:
        connection.execute(_statement("database_grants.sql").format(**names))
    return service_database(admin_dsn, name, roles)


def clone_database(admin_dsn: str, template: str, name: str, roles: ServiceRoles) -> ServiceDatabase:
    """Create a database as a copy of another one of the service; whoever is connected to that one is cut off."""
    names = _identifiers(roles)
    create = sql.SQL("create database {database} template {template} owner {owner} strategy wal_log")
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [template])
        connection.execute(
            create.format(database=sql.Identifier(name), template=sql.Identifier(template), owner=names["owner"])
        )
        connection.execute(_statement("database_access.sql").format(database=sql.Identifier(name), **names))
    return service_database(admin_dsn, name, roles)


def drop_database(admin_dsn: str, name: str) -> None:
    """Drop a database with whoever is still connected to it."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def drop_roles(admin_dsn: str, roles: ServiceRoles) -> None:
    """Drop a service's roles; their databases must be gone."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        for login in (roles.owner, roles.app):
            connection.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(login.name)))


def _identifiers(roles: ServiceRoles) -> dict[str, sql.Identifier]:
    return {"owner": sql.Identifier(roles.owner.name), "app": sql.Identifier(roles.app.name)}


def _statement(file: str) -> sql.SQL:
    text = (files("koerier.servers") / file).read_text(encoding="utf-8")
    return sql.SQL(text)
