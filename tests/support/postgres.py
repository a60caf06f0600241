"""Databases for tests: one migrated template per service and session, copied for each test module in milliseconds."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from koerier.servers.databases import (
    ServiceDatabase,
    ServiceRoles,
    clone_database,
    drop_database,
    drop_roles,
    provision_database,
    provision_roles,
    service_roles,
)

Migrate = Callable[[str], object]
"""Brings the database at an owner's address to the newest revision; e.g. `lambda dsn: migrate(dsn, folder)`."""

CreateDatabase = Callable[[str, Migrate], ServiceDatabase]


@dataclass(slots=True, kw_only=True)
class TestDatabases:
    """Makes databases on one server and drops them, with their roles, at the end."""

    __test__ = False

    admin_dsn: str
    suffix: str = field(default_factory=lambda: secrets.token_hex(4))
    _roles: dict[str, ServiceRoles] = field(default_factory=dict)
    _templates: dict[tuple[str, Migrate], str] = field(default_factory=dict)
    _count: int = 0

    def create(self, service: str, migrate: Migrate) -> ServiceDatabase:
        """Return a new database of the service with all its migrations applied."""
        template = self._template(service, migrate)
        return clone_database(self.admin_dsn, template, self._name(service), self._roles[service])

    def drop(self, database: ServiceDatabase) -> None:
        drop_database(self.admin_dsn, database.name)

    def drop_all(self) -> None:
        """Drop the templates and the roles; the copies must be gone."""
        for template in self._templates.values():
            drop_database(self.admin_dsn, template)
        for roles in self._roles.values():
            drop_roles(self.admin_dsn, roles)

    def _template(self, service: str, migrate: Migrate) -> str:
        key = (service, migrate)
        if key not in self._templates:
            name = self._name(f"{service}_template")
            database = provision_database(self.admin_dsn, name, self._roles_of(service))
            self._templates[key] = name
            migrate(database.owner_dsn)
        return self._templates[key]

    def _roles_of(self, service: str) -> ServiceRoles:
        if service not in self._roles:
            roles = service_roles(
                f"test_{service}_{self.suffix}",
                owner_password=secrets.token_urlsafe(16),
                app_password=secrets.token_urlsafe(16),
            )
            provision_roles(self.admin_dsn, roles)
            self._roles[service] = roles
        return self._roles[service]

    def _name(self, what: str) -> str:
        self._count += 1
        return f"test_{what}_{self.suffix}_{self._count}"
