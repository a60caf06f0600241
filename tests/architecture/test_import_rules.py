"""The import rules hold, and each of them bites: a planted violation breaks exactly the rule that forbids it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {"shared": ROOT / "shared/src"} | {
    name: ROOT / "services" / name / "src" for name in ("identity", "organizations", "documents", "billing")
}

PLANTED = {
    "identity: entrypoints": ("identity/domain/planted.py", "import identity.application.app"),
    "organizations: entrypoints": ("organizations/domain/planted.py", "import organizations.application.app"),
    "documents: entrypoints": ("documents/application/planted.py", "import documents.entrypoints.http.app"),
    "billing: entrypoints": ("billing/application/planted.py", "import billing.entrypoints.http.app"),
    "only the composition root": ("billing/entrypoints/planted.py", "import billing.adapters.mollie"),
    "no service imports another": ("documents/application/planted.py", "import billing.domain.money"),
    "the domain knows no framework": ("billing/domain/planted.py", "import pydantic"),
    "shared imports no service": ("shared/http/planted.py", "import identity.domain.errors"),
    "the contracts import nothing else": ("shared/contracts/planted.py", "import shared.errors"),
    "the rule engine imports nothing": ("documents/adapters/schematron/planted.py", "import shared.errors"),
    "FastStream and aiokafka": ("shared/messaging/planted.py", "import aiokafka"),
    "asyncpg is known": ("organizations/application/planted.py", "import asyncpg"),
    "SQLAlchemy and Alembic": ("shared/runtime/planted.py", "import alembic"),
    "packages do not import each other in circles": ("shared/database/planted.py", "import shared.runtime.service"),
}


def _lint(sources: Mapping[str, Path]) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(program), "--config", str(ROOT / ".importlinter"), "--no-cache"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(path) for path in sources.values()), "COLUMNS": "300"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _broken(output: str) -> list[str]:
    return [line.removesuffix(" BROKEN") for line in output.splitlines() if line.endswith(" BROKEN")]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Return copies of the sources, to plant in."""
    folder = tmp_path_factory.mktemp("planted")
    for name, source in PACKAGES.items():
        shutil.copytree(source / name, folder / name / name, ignore=shutil.ignore_patterns("__pycache__"))
    return {name: folder / name for name in PACKAGES}


def test_every_import_rule_holds() -> None:
    done = _lint(PACKAGES)

    assert done.returncode == 0, done.stdout
    assert "14 kept, 0 broken" in done.stdout


def test_there_is_a_planted_violation_for_every_rule() -> None:
    rules = (ROOT / ".importlinter").read_text(encoding="utf-8").count("[importlinter:contract:")

    assert len(PLANTED) == rules


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_violation_breaks_its_rule(copies: Mapping[str, Path], rule: str) -> None:
    place, line = PLANTED[rule]
    planted = copies[place.partition("/")[0]] / place
    planted.write_text(f"{line}\n", encoding="utf-8")
    try:
        done = _lint(copies)
    finally:
        planted.unlink()

    assert done.returncode == 1, done.stdout
    assert any(name.startswith(rule) for name in _broken(done.stdout)), done.stdout
