"""Loads the named queries of a `.sql` file that lies beside the module that uses them."""

from functools import cache
from pathlib import Path
from typing import Any

import aiosql


@cache
def load_queries(path: Path) -> Any:
    """Return the queries of the file as methods of one object; a malformed file fails at import, not in use."""
    return aiosql.from_path(path, "asyncpg")


def beside(module_file: str, name: str | None = None) -> Any:
    """Return the queries of `<module>.sql`, or of `name`, in the folder of `module_file` (pass `__file__`)."""
    module = Path(module_file)
    return load_queries(module.with_name(name) if name else module.with_suffix(".sql"))
