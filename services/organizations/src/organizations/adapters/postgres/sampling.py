"""Figures of organizations that lie in its database: activations that wait for a person's decision."""

from typing import Any

from prometheus_client import Gauge
from shared.database.queries import beside

_queries = beside(__file__)
REVIEWS = Gauge("platform_reviews_open", "Activations that an operator must decide (sampled)")
OLDEST_REVIEW = Gauge("platform_reviews_open_oldest_seconds", "How long the oldest of them waits (sampled)")


async def sample_organizations(pool: Any) -> None:
    """Read the figures and show them."""
    row = await _queries.sample_reviews(pool)
    REVIEWS.set(row["waiting"])
    OLDEST_REVIEW.set(row["oldest_seconds"])
