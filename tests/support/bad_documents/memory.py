"""How much memory large documents take: `python -m support.bad_documents.memory DIRECTORY`, the rule sets' folder.

Writes a table of megabytes by the name of each case: the peak during validation, above what was in use before.
"""

import json
import sys
from contextlib import suppress
from pathlib import Path

from documents.adapters.rules.compiled import CompiledEngine
from documents.adapters.rules.lock import fetched
from documents.adapters.rules.validator import Validator
from shared.errors import DomainError

from support.bad_documents.volumes import CASES, INVOICE

_STATUS = Path("/proc/self/status")
_FORGET_THE_PEAK = "5"


def main(directory: Path) -> None:
    files = fetched(directory)
    validator = Validator(files, CompiledEngine(files))
    validator.validate(INVOICE)
    growth = {}
    for name, case in CASES.items():
        document = case.build()
        Path("/proc/self/clear_refs").write_text(_FORGET_THE_PEAK)
        before = _megabytes("VmRSS")
        with suppress(DomainError):
            validator.validate(document)
        growth[name] = round(_megabytes("VmHWM") - before)
    print(json.dumps(growth))  # noqa: T201 - the parent reads it


def _megabytes(row: str) -> float:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(row))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    main(Path(sys.argv[1]))
