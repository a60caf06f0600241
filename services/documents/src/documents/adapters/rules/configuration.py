"""How the rule processes run."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProcessesConfiguration:
    """Times are seconds

    A process takes about 260 MB, and is replaced after `recycle_documents` or above `recycle_rss_mb`.
    """

    directory: Path
    workers: int = 2
    deadline: float = 30.0
    start_deadline: float = 120.0
    queue_limit: int = 64
    queue_deadline: float = 60.0
    recycle_documents: int = 2000
    recycle_rss_mb: int = 800
    max_bytes: int = 24_000_000
    nice: int = 10

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "directory": str(self.directory)})

    @classmethod
    def from_json(cls, text: str) -> Self:
        table = json.loads(text)
        return cls(**{**table, "directory": Path(table["directory"])})
