"""How the rule processes run."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from documents.adapters.rules.rule_engine import COMPILED, REFERENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProcessesConfiguration:
    """Times are seconds

    A process of our own engine takes about 70 MB, one of the reference 270 MB; it is replaced after
    `recycle_documents` or above `recycle_rss_mb`. `left_to_reference` names rule sets that our engine leaves alone.
    """

    directory: Path
    engine: str = COMPILED
    workers: int = 2
    deadline: float = 30.0
    start_deadline: float = 120.0
    queue_limit: int = 64
    queue_deadline: float = 60.0
    recycle_documents: int = 100_000
    recycle_rss_mb: int = 150
    max_bytes: int = 24_000_000
    nice: int = 10
    left_to_reference: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """What metrics call these processes."""
        return "reference" if self.engine == REFERENCE else "process"

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "directory": str(self.directory)})

    @classmethod
    def from_json(cls, text: str) -> Self:
        table = json.loads(text)
        return cls(
            **{
                **table,
                "directory": Path(table["directory"]),
                "left_to_reference": tuple(table["left_to_reference"]),
            }
        )
