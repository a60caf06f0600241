"""The life of a key that signs access tokens: published → active → retired → removed.

A key is published before it signs, so that every verifier has fetched it by then, and stays published after it retired
until the last token that it signed has expired.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class KeyState(StrEnum):
    PUBLISHED = "published"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeyRecord:
    """`since` is when the key came into its state."""

    kid: str
    state: KeyState
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationPolicy:
    """`published_for` is how long a key is known before it signs, `retired_for` how long after."""

    published_for: timedelta = timedelta(hours=24)
    retired_for: timedelta = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationPlan:
    """What one run of the rotation does."""

    activate: str | None = None
    retire: str | None = None
    remove: tuple[str, ...] = ()
    publish_new: bool = False


def plan_rotation(
    keys: Sequence[SigningKeyRecord], *, now: datetime, policy: RotationPolicy, force: bool = False
) -> RotationPlan:
    """Return the next step of the rotation.

    `force` is for a leaked key: the published key signs however young it is, and what signed before is removed, not
    retired, so that nothing signed with it verifies any more.
    """
    active = next((key for key in keys if key.state is KeyState.ACTIVE), None)
    published = sorted((key for key in keys if key.state is KeyState.PUBLISHED), key=lambda key: key.since)
    ripe = [key for key in published if force or active is None or now - key.since >= policy.published_for]
    over = {KeyState.RETIRED, KeyState.ACTIVE} if force and ripe else set()
    remove = tuple(
        key.kid
        for key in keys
        if key.state in over or (key.state is KeyState.RETIRED and now - key.since >= policy.retired_for)
    )
    return RotationPlan(
        activate=ripe[0].kid if ripe else None,
        retire=active.kid if ripe and active and not force else None,
        remove=remove,
        publish_new=len(published) - bool(ripe) == 0,
    )
