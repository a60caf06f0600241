"""Figures of identity that lie in its database: how many keys sign or may soon, and for how long."""

from typing import Any

from prometheus_client import Gauge
from shared.database.queries import beside

from identity.domain.signing_key import KeyState

_queries = beside(__file__)
KEYS = Gauge("platform_signing_keys", "Keys for access tokens by state (sampled)", ["state"])
KEY_SECONDS = Gauge("platform_signing_key_seconds", "How long the oldest key is in its state (sampled)", ["state"])


async def sample_identity(pool: Any) -> None:
    """Read the figures and show them."""
    rows = {row["state"]: row async for row in _queries.sample_signing_keys(pool)}
    for state in KeyState:
        row = rows.get(state.value)
        KEYS.labels(state=state.value).set(row["keys"] if row else 0)
        KEY_SECONDS.labels(state=state.value).set(row["oldest_seconds"] if row else 0)
