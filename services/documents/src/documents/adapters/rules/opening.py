"""Put the rules together: our engine here and in processes, the reference, and the sample that compares them."""

import sys
from dataclasses import replace

from shared.clock import Clock, SystemClock

from documents.adapters.rules.compiled import compiled_engines
from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.lock import fetched, read_lock
from documents.adapters.rules.parsing import ParsingLimits
from documents.adapters.rules.placement import PlacedRules
from documents.adapters.rules.processes import RuleProcesses
from documents.adapters.rules.release_choice import Choice, ReleaseCalendar
from documents.adapters.rules.released import ReleasedRules
from documents.adapters.rules.rule_engine import REFERENCE
from documents.adapters.rules.shadow import ShadowSample
from documents.adapters.rules.small_documents import SmallDocuments
from documents.adapters.rules.trust import Trust

_HERE_DEADLINE = 5.0
_REFERENCE_DOCUMENTS = 2000
_REFERENCE_MB = 800
# How long the event loop waits for its turn beside the thread that evaluates; the interpreter's own choice is 5 ms.
_SWITCH_SECONDS = 0.001


def place_rules(
    ours: RuleProcessesConfiguration, *, here_bytes: int, shadow_share: float, clock: Clock | None = None
) -> PlacedRules:
    """Return the rules; nothing is loaded and no process started yet.

    `ours` is how the processes of our engine run. Documents of up to `here_bytes` are validated in this process. The
    clock says which release is in force.
    """
    trust = Trust(ours.left_to_reference)
    calendar = ReleaseCalendar(read_lock().releases, clock or SystemClock())
    reference = RuleProcesses(
        replace(
            ours,
            engine=REFERENCE,
            workers=1,
            recycle_documents=_REFERENCE_DOCUMENTS,
            recycle_rss_mb=_REFERENCE_MB,
            left_to_reference=(),
        ),
        calendar.choice,
    )
    return PlacedRules(
        small=SmallDocuments(
            lambda: load_here(ours, trust, calendar.choice()),
            max_bytes=here_bytes,
            deadline=min(ours.deadline, _HERE_DEADLINE),
        ),
        processes=RuleProcesses(ours, calendar.choice),
        reference=reference,
        shadow=ShadowSample(reference, trust, share=shadow_share),
        trust=trust,
        calendar=calendar,
    )


def load_here(configuration: RuleProcessesConfiguration, trust: Trust, first: Choice) -> ReleasedRules:
    """Load our engine for this process and prove on samples of our own that it says what it should."""
    engines = compiled_engines(left_to_reference=trust.is_left_to_reference)
    rules = ReleasedRules(fetched(configuration.directory), engines, limits=ParsingLimits(size=configuration.max_bytes))
    rules.prepare(first)
    sys.setswitchinterval(_SWITCH_SECONDS)
    return rules
