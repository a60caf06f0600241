"""The few shapes of PromQL that the panels are made of.

Sampled gauges are the same in every worker of a service, so they are joined by their maximum, never by their sum. A
share is 0, not undefined, while nothing happens.
"""

WINDOW = "$__rate_interval"
_NOTHING = "1e-9"


def per_second(metric: str, *, where: str = "", by: str = "") -> str:
    """Return the rate of a counter, added up over processes."""
    return f"{_sum(by)} (rate({metric}{_selector(where)}[{WINDOW}]))"


def highest(metric: str, *, where: str = "", by: str = "") -> str:
    """Return the highest value of a gauge over processes."""
    return f"max{_by(by)} ({metric}{_selector(where)})"


def total(metric: str, *, where: str = "", by: str = "") -> str:
    """Return the sum of a gauge over processes, each of which has a part of its own."""
    return f"{_sum(by)} ({metric}{_selector(where)})"


def quantile(share: float, histogram: str, *, where: str = "", by: str = "") -> str:
    """Return the time within which this share of what a histogram saw was done."""
    labels = ", ".join(label for label in (by, "le") if label)
    return f"histogram_quantile({share}, sum by ({labels}) (rate({histogram}_bucket{_selector(where)}[{WINDOW}])))"


def share(part: str, whole: str) -> str:
    """Return part / whole, by the same labels, and 0 where there is nothing of one or of both."""
    return f"({part} or 0 * {whole}) / clamp_min({whole}, {_NOTHING})"


def or_zero(expr: str) -> str:
    """Return 0 where an expression without labels has nothing to say."""
    return f"({expr}) or vector(0)"


def _sum(by: str) -> str:
    return f"sum{_by(by)}"


def _by(by: str) -> str:
    return f" by ({by})" if by else ""


def _selector(where: str) -> str:
    return f"{{{where}}}" if where else ""
