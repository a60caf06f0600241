"""What `rules.lock` pins, which releases it makes of that, and where the files lie once they are fetched.

Guarantees: a `RuleFiles` that exists is complete, because `fetch` renames it into place as a whole; its directory's
name is a digest of what is pinned, so that processes of two versions of the lock never read each other's files. A
release names only stylesheets that are pinned, and no two begin on one day. On failure: `RulesUnavailable` names what
is wrong or missing, and the command that brings it.
"""

import hashlib
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from documents.domain.findings import RulesUnavailable
from documents.domain.releases import Release

LOCK_NAME = "rules.lock"
FETCH_COMMAND = "python -m documents.rules_command fetch"
_DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file, or a pattern of files, inside an artifact; `into` ends with a slash for a pattern.

    A stylesheet goes into `stylesheets/<name of the rule set>/<publisher's version>.xslt`.
    """

    path: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MavenArtifact:
    group: str
    name: str
    version: str
    sha256: str
    entries: tuple[Entry, ...]

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.version}.jar"

    @property
    def coordinate(self) -> str:
        return f"{self.group}:{self.name}:{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesLock:
    """`releases` by the day on which they begin."""

    artifacts: tuple[MavenArtifact, ...]
    releases: tuple[Release, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stylesheet:
    name: str
    version: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFiles:
    """The extracted files of one lock, seen from one release; from the last one unless somebody asks for another."""

    root: Path
    lock: RulesLock
    release: Release

    def of(self, name: str) -> Self:
        """Return the same files, seen from another release."""
        for release in self.lock.releases:
            if release.name == name:
                return replace(self, release=release)
        raise RulesUnavailable(f"{LOCK_NAME} has no release {name}")

    def stylesheet(self, name: str) -> Stylesheet:
        version = self.release.rule_sets.get(name)
        if version is None:
            raise RulesUnavailable(f"release {self.release.name} of {LOCK_NAME} has no rule set {name}")
        return Stylesheet(name=name, version=version, path=self.root / _stylesheet_path(name, version))

    def stylesheet_names(self) -> tuple[str, ...]:
        return tuple(self.release.rule_sets)

    @property
    def schemas(self) -> Path:
        return self.root / "schemas"

    @property
    def archives(self) -> Path:
        return self.root / "archives"


def lock_path() -> Path:
    """Find `rules.lock`: inside an installed package, or beside `src` in the repository."""
    package = Path(__file__).resolve().parents[2]
    for candidate in (package / LOCK_NAME, package.parents[1] / LOCK_NAME):
        if candidate.is_file():
            return candidate
    raise RulesUnavailable(f"{LOCK_NAME} is missing from this installation")


def read_lock(path: Path | None = None) -> RulesLock:
    tables = tomllib.loads((path or lock_path()).read_text(encoding="utf-8"))
    artifacts = tuple(_artifact(table) for table in tables["artifacts"])
    pinned = {entry.into for artifact in artifacts for entry in artifact.entries}
    return RulesLock(
        artifacts=artifacts,
        releases=_releases(tables["releases"], pinned),
        digest=hashlib.sha256(repr(artifacts).encode()).hexdigest()[:_DIGEST_LENGTH],
    )


def _releases(tables: list[dict[str, Any]], pinned: set[str]) -> tuple[Release, ...]:
    releases = sorted((_release(table) for table in tables), key=lambda release: release.in_force_from)
    for release in releases:
        for name, version in release.rule_sets.items():
            if _stylesheet_path(name, version) not in pinned:
                raise RulesUnavailable(
                    f"{LOCK_NAME}: release {release.name} names {name} {version}, which is not pinned"
                )
    for distinct in ({release.name for release in releases}, {release.in_force_from for release in releases}):
        if len(distinct) < len(releases) or not releases:
            raise RulesUnavailable(f"{LOCK_NAME}: releases need a name and a day of their own each, and one must exist")
    return tuple(releases)


def _release(table: dict[str, Any]) -> Release:
    begins = table["in_force_from"]
    if type(begins) is not date:  # a moment would be a `datetime`, which is a `date` too
        raise RulesUnavailable(f"{LOCK_NAME}: release {table['name']} must begin on a date such as 2026-08-17")
    return Release(name=table["name"], in_force_from=begins, rule_sets=dict(table["rule_sets"]))


def _stylesheet_path(name: str, version: str) -> str:
    return f"stylesheets/{name}/{version}.xslt"


def _artifact(table: dict[str, object]) -> MavenArtifact:
    group, name, version = str(table["coordinate"]).split(":")
    entries = table["entries"]
    if not isinstance(entries, list):
        raise TypeError(f"{LOCK_NAME}: entries of {name} must be a list")
    return MavenArtifact(
        group=group,
        name=name,
        version=version,
        sha256=str(table["sha256"]),
        entries=tuple(Entry(**entry) for entry in entries),
    )


def default_directory() -> Path:
    """`.local/rules` of the repository that this package lies in, or of the current directory."""
    for parent in Path(__file__).resolve().parents:
        if (parent / "uv.lock").is_file():
            return parent / ".local" / "rules"
    return Path.cwd() / ".local" / "rules"


def locate(directory: Path, lock: RulesLock) -> RuleFiles:
    """Where the files of `lock` lie or would lie."""
    return RuleFiles(root=directory / lock.digest, lock=lock, release=lock.releases[-1])


def fetched(directory: Path, lock: RulesLock | None = None) -> RuleFiles:
    """The files of `lock`, which must have been fetched."""
    files = locate(directory, lock or read_lock())
    if not files.root.is_dir():
        raise RulesUnavailable(
            f"the rule sets of this release are not in {directory}; `{FETCH_COMMAND}` fetches them",
            directory=str(directory),
        )
    return files
