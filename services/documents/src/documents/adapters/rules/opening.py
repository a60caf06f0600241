"""Put the rules together: our engine here and in processes, the reference, and the sample that compares them."""

import gc
import sys
from dataclasses import replace

from documents.adapters.rules.compiled import CompiledEngine
from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.lock import fetched
from documents.adapters.rules.parsing import ParsingLimits
from documents.adapters.rules.placement import PlacedRules
from documents.adapters.rules.processes import RuleProcesses
from documents.adapters.rules.rule_engine import REFERENCE
from documents.adapters.rules.samples import check_samples
from documents.adapters.rules.shadow import ShadowSample
from documents.adapters.rules.small_documents import SmallDocuments
from documents.adapters.rules.trust import Trust
from documents.adapters.rules.validator import Validator
from documents.domain.findings import RulesUnavailable

_HERE_DEADLINE = 5.0
_REFERENCE_DOCUMENTS = 2000
_REFERENCE_MB = 800
# How long the event loop waits for its turn beside the thread that evaluates; the interpreter's own choice is 5 ms.
_SWITCH_SECONDS = 0.001


def place_rules(ours: RuleProcessesConfiguration, *, here_bytes: int, shadow_share: float) -> PlacedRules:
    """Return the rules; nothing is loaded and no process started yet.

    `ours` is how the processes of our engine run. Documents of up to `here_bytes` are validated in this process.
    """
    trust = Trust(ours.left_to_reference)
    reference = RuleProcesses(
        replace(
            ours,
            engine=REFERENCE,
            workers=1,
            recycle_documents=_REFERENCE_DOCUMENTS,
            recycle_rss_mb=_REFERENCE_MB,
            left_to_reference=(),
        )
    )
    return PlacedRules(
        small=SmallDocuments(
            lambda: load_here(ours, trust), max_bytes=here_bytes, deadline=min(ours.deadline, _HERE_DEADLINE)
        ),
        processes=RuleProcesses(ours),
        reference=reference,
        shadow=ShadowSample(reference, trust, share=shadow_share),
        trust=trust,
    )


def load_here(configuration: RuleProcessesConfiguration, trust: Trust) -> Validator:
    """Load our engine for this process and prove on samples of our own that it says what it should."""
    files = fetched(configuration.directory)
    engine = CompiledEngine(files, left_to_reference=trust.is_left_to_reference)
    validator = Validator(files, engine, limits=ParsingLimits(size=configuration.max_bytes))
    if differences := check_samples(validator):
        raise RulesUnavailable(f"the rule sets do not agree with our samples: {'; '.join(differences)}")
    gc.freeze()  # what was loaded stays: no later collection looks through it again
    sys.setswitchinterval(_SWITCH_SECONDS)
    return validator
