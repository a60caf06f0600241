"""What the rule processes tell about themselves; seconds include a second attempt after a crash, not the waiting."""

from prometheus_client import Counter, Histogram

VALIDATION_SECONDS = Histogram(
    "platform_validation_seconds",
    "Time from a rule process taking a document to its outcome",
    ["outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
PROCESSES_LOST = Counter("platform_rule_processes_lost_total", "Rule processes that ended unplanned", ["reason"])
