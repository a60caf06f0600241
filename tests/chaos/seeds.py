"""The seeds that are kept: those of the short form, and each that once found something."""

import tomllib
from pathlib import Path

_KEPT = tomllib.loads(Path(__file__).with_name("seeds.toml").read_text(encoding="utf-8"))
SHORT: list[str] = _KEPT["short"]
FOUND: list[str] = [each["seed"] for each in _KEPT["found"]]
