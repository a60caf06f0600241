"""Validate very many documents in one process and say how its memory grows: `python -m bench.validation.growth`.

Arguments: engine, number of documents, file for the reply. The documents differ: 80 % of 5, 15 % of 30 and 5 % of 200
lines, each with its own amounts and texts, and one in a hundred brings element names that nobody used before, more
together than an engine may remember. Python's garbage collector works as it does in any program.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.invoices import invoice
from bench.validation.child import resident_mb
from bench.validation.engines import STYLESHEETS, Engine, NoVerdict, create
from bench.validation.processes import stylesheet_paths

_WARM_UP = 200
_NEW_NAMES = 25
_NEW_NAMES_EVERY = 100
_PART = 20  # of the whole: how often memory is looked at


@dataclass(slots=True, kw_only=True)
class Growth:
    """`rss_mb` is by the number of documents that were validated, from 0 (after the warm-up)."""

    rss_mb: dict[int, float] = field(default_factory=dict)
    lengths: dict[int, int] = field(default_factory=dict)
    refused: int = 0
    without_verdict: int = 0


def grow(engine: Engine, count: int) -> Growth:
    lengths: Counter[int] = Counter()
    growth = Growth()
    documents = mixed_documents()
    for _ in range(_WARM_UP):
        _validate(engine, next(documents)[1], Growth())
    growth.rss_mb[0] = resident_mb()
    for number in range(1, count + 1):
        lines, content = next(documents)
        lengths[lines] += 1
        _validate(engine, content, growth)
        if number % max(1, count // _PART) == 0:
            growth.rss_mb[number] = resident_mb()
    growth.lengths = dict(sorted(lengths.items()))
    return growth


def mixed_documents() -> Iterator[tuple[int, bytes]]:
    """Yield documents without end, with the number of their lines."""
    number = 0
    while True:
        number += 1
        lines = _lines(number)
        yield lines, invoice(lines, seed=number, extension=_extension(number))


def _lines(number: int) -> int:
    """Of 20 documents 16 have 5 lines, 3 have 30 and one has 200."""
    place = number % 20
    if place == 0:
        return 200
    return 30 if place % 6 == 0 else 5


def _extension(number: int) -> str:
    if number % _NEW_NAMES_EVERY != 1:
        return ""
    names = "".join(f"<n{number}-{part}>{part}</n{number}-{part}>" for part in range(_NEW_NAMES))
    return f'<named xmlns="urn:example:named">{names}</named>'


def _validate(engine: Engine, content: bytes, growth: Growth) -> None:
    try:
        growth.refused += bool(engine.fatal(engine.run(engine.prepare(content))))
    except NoVerdict:
        growth.without_verdict += 1


def main(name: str, count: int, reply: Path) -> None:
    growth = grow(create(name, stylesheet_paths(STYLESHEETS)), count)
    reply.write_text(json.dumps(asdict(growth)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
