"""All checks, by invariant."""

from collections.abc import Sequence

from chaos.checks import documents, events, isolation, ledger, projections, webhooks, writes
from chaos.evidence import Check, Evidence, Violation

MODULES = (documents, ledger, events, projections, webhooks, isolation, writes)
CHECKS: tuple[Check, ...] = tuple(check for module in MODULES for check in module.CHECKS)


def violations_of(evidence: Evidence, checks: Sequence[Check] = CHECKS) -> list[Violation]:
    """Run the checks; what was left undone counts too."""
    undone = [
        Violation(check="not quiet", about=what, what=f"{count} left when patience ended")
        for what, count in evidence.left.items()
    ]
    return undone + [violation for check in checks for violation in check(evidence)]
