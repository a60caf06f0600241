"""What a token may be used for. A scope narrows the rights of the one who acts; it never adds any."""

from collections.abc import Iterable

from identity.domain.errors import InvalidScope, UnknownScope

MESSAGE_BUS = "ap"
MANAGE_USERS = "users:manage"
MANAGE_KEYS = "keys:manage"
PLATFORM_SCOPES: tuple[str, ...] = (
    MESSAGE_BUS,
    "documents:read",
    "documents:send",
    "receive:manage",
    "organizations:read",
    "organizations:manage",
    "organizations:activate",
    "billing:read",
    "billing:topup",
    MANAGE_USERS,
    MANAGE_KEYS,
    "events:read",
    "webhooks:manage",
)
# Clients of other message buses ask for `openid` beside `ap`; there is nothing to give for it, and no harm in asking.
_IGNORED = frozenset({"openid"})


def for_new_key(wanted: Iterable[str] | None) -> tuple[str, ...]:
    """Return the scopes of a new key, `ap` unless others are wanted; raises `UnknownScope`."""
    scopes = tuple(dict.fromkeys(wanted or (MESSAGE_BUS,)))
    unknown = sorted(set(scopes) - set(PLATFORM_SCOPES))
    if unknown:
        raise UnknownScope(f"There is no scope {', '.join(unknown)}.")
    return scopes


def for_token(wanted: str, *, granted: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes of a token: what is wanted, if the key has it, else all of the key's."""
    granted = tuple(granted)
    asked = tuple(scope for scope in dict.fromkeys(wanted.split()) if scope not in _IGNORED)
    if not asked:
        return granted
    if not set(asked) <= set(granted):
        raise InvalidScope
    return asked
