"""Validate very many documents in one process and say how its memory grows: `python -m bench.validation.growth`.

Arguments: kind of documents (of `KINDS`), their number, file for the reply. The whole validation is measured, as a
service does it: parsing, schema, rules, explanations. Memory is set up as in a service: what was loaded is frozen, and
the garbage collector works as it does in any program.
"""

import gc
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from documents.adapters.rules.compiled import CompiledEngine
from documents.adapters.rules.lock import default_directory, fetched
from documents.adapters.rules.rule_engine import NotEvaluated
from documents.adapters.rules.samples import check_samples
from documents.adapters.rules.validator import Validator
from shared.errors import DomainError

from bench.validation.child import resident_mb
from bench.validation.varied import endless, hostile, mixed

KINDS: Mapping[str, Callable[[int], bytes]] = {"mixed": mixed, "hostile": hostile}
_WARM_UP = 200
_PARTS = 20  # of the whole: how often memory is looked at


@dataclass(slots=True, kw_only=True)
class Growth:
    """`rss_mb` is by the number of documents that were validated, from 0 (after the warm-up)."""

    rss_mb: dict[int, float] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    megabytes: float = 0.0


def grow(validator: Validator, make: Callable[[int], bytes], count: int) -> Growth:
    growth = Growth()
    documents = endless(make)
    for _ in range(min(count, _WARM_UP)):
        _outcome(validator, next(documents))
    growth.rss_mb[0] = resident_mb()
    for number in range(1, count + 1):
        document = next(documents)
        outcome = _outcome(validator, document)
        growth.outcomes[outcome] = growth.outcomes.get(outcome, 0) + 1
        growth.megabytes += len(document) / 1e6
        if number % max(1, count // _PARTS) == 0:
            growth.rss_mb[number] = resident_mb()
    return growth


def _outcome(validator: Validator, document: bytes) -> str:
    try:
        verdict = validator.validate(document)
    except NotEvaluated:
        return "left to the reference"
    except DomainError:
        return "refused before the rules"
    if not verdict.rule_sets:
        return "refused by the schema"
    return "valid" if verdict.valid else "refused by the rules"


def main(kind: str, count: int, reply: Path) -> None:
    files = fetched(default_directory())
    validator = Validator(files, CompiledEngine(files))
    check_samples(validator)
    gc.collect()
    gc.freeze()
    reply.write_text(json.dumps(asdict(grow(validator, KINDS[kind], count))), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
