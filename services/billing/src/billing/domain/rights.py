"""Who may do what in billing: what this service knows of a caller, and what follows from it."""

from dataclasses import dataclass
from uuid import UUID

from billing.domain.errors import AdministratorRequired, CredentialRevoked

ACTIVE = "active"
ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whom the access token names. A connection key calls in the name of the user who made it."""

    environment_id: UUID
    user_id: UUID
    connection_key_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What is known of a caller; None where nothing has arrived (yet).

    `own_…` says whether the token's environment is the user's or the key's own; users of a live environment are also
    those of its test environment.
    """

    user_role: str | None = None
    user_status: str | None = None
    own_user: bool = False
    key_status: str | None = None
    own_key: bool = False

    def known(self, caller: Caller) -> bool:
        """Tell whether all that decides about the caller has arrived."""
        return self.user_status is not None and (caller.connection_key_id is None or self.key_status is not None)

    def require_member(self, caller: Caller) -> None:
        """Refuse whoever is not, or not any more, of the environment that the token names."""
        if caller.connection_key_id is None:
            admitted = self.user_status == ACTIVE and self.own_user
        else:
            admitted = self.key_status == ACTIVE and self.own_key
        if not admitted:
            raise CredentialRevoked

    def require_administrator(self, caller: Caller) -> None:
        """Refuse whoever is not an administrator of the environment that the token names."""
        self.require_member(caller)
        if not (self.user_status == ACTIVE and self.own_user and self.user_role == ADMINISTRATOR):
            raise AdministratorRequired
