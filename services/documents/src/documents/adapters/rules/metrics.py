"""What validation tells about itself; seconds include a second attempt after a crash, not the waiting."""

from prometheus_client import Counter, Gauge, Histogram

VALIDATION_SECONDS = Histogram(
    "platform_validation_seconds",
    "Time from a place (thread, process, reference) taking a document to its outcome",
    ["place", "outcome"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
PROCESSES_LOST = Counter(
    "platform_rule_processes_lost_total", "Rule processes that ended unplanned", ["place", "reason"]
)
FALLBACKS = Counter(
    "platform_rule_fallbacks_total",
    "Documents that the reference decided, by rule set (empty: the document's shape) and reason",
    ["rule_set", "reason"],
)
SHADOW_DOCUMENTS = Counter(
    "platform_rule_shadow_documents_total",
    "Documents of the shadow sample: agreed, differed, dropped (too busy) or failed",
    ["outcome"],
)
DIFFERENCES = Counter(
    "platform_rule_differences_total", "Documents on which our engine and the reference differ", ["rule_set"]
)
ON_REFERENCE = Gauge(
    "platform_rule_set_on_reference", "1 for a rule set that the reference judges by in this process", ["rule_set"]
)
