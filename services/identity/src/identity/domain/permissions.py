"""What each role of an environment allows. Roles and memberships of organizations are independent of it."""

from collections.abc import Mapping
from enum import StrEnum

from identity.domain.errors import NotPermitted


class Role(StrEnum):
    BASIC = "basic"
    ADVANCED = "advanced"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"


class Permission(StrEnum):
    """`WORK_IN_ORGANIZATIONS` means: see, create and send documents of organizations of which one is a member."""

    WORK_IN_ORGANIZATIONS = "work_in_organizations"
    MANAGE_PARTNERSHIPS = "manage_partnerships"
    MANAGE_USERS = "manage_users"
    ASSIGN_ROLES = "assign_roles"
    MANAGE_ORGANIZATIONS = "manage_organizations"
    MANAGE_CONNECTION_KEYS = "manage_connection_keys"
    MANAGE_ENVIRONMENT = "manage_environment"
    OPERATE_PLATFORM = "operate_platform"


_BASIC = frozenset({Permission.WORK_IN_ORGANIZATIONS})
_ADVANCED = _BASIC | {Permission.MANAGE_PARTNERSHIPS}
_ADMINISTRATOR = _ADVANCED | {
    Permission.MANAGE_USERS,
    Permission.ASSIGN_ROLES,
    Permission.MANAGE_ORGANIZATIONS,
    Permission.MANAGE_CONNECTION_KEYS,
    Permission.MANAGE_ENVIRONMENT,
}

MATRIX: Mapping[Role, frozenset[Permission]] = {
    Role.BASIC: _BASIC,
    Role.ADVANCED: _ADVANCED,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
    Role.OPERATOR: frozenset({Permission.OPERATE_PLATFORM}),
}

ASSIGNABLE: frozenset[Role] = frozenset({Role.BASIC, Role.ADVANCED, Role.ADMINISTRATOR})
"""Operators are made by command only."""


def require(role: Role, permission: Permission) -> None:
    """Raise `NotPermitted` unless `role` includes `permission`."""
    if permission not in MATRIX[role]:
        raise NotPermitted(required_permission=permission.value)
