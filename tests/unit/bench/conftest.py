"""Benchmarks are not installed: their tests find them in the repository."""

import sys
from pathlib import Path

# At the end, so that no folder of the repository takes the place of an installed package.
sys.path.append(str(Path(__file__).parents[3]))
