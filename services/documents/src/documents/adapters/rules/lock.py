"""What `rules.lock` pins, and where its files lie once they are fetched.

Guarantees: a `RuleFiles` that exists is complete, because `fetch` renames it into place as a whole; its directory's
name is a digest of the lock, so that processes of two releases never read each other's rules. On failure:
`RulesUnavailable` names what is missing and the command that brings it.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from documents.domain.findings import RulesUnavailable

LOCK_NAME = "rules.lock"
FETCH_COMMAND = "python -m documents.rules_command fetch"
_DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file, or a pattern of files, inside an artifact; `into` ends with a slash for a pattern."""

    path: str
    into: str
    version: str = ""


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
    artifacts: tuple[MavenArtifact, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stylesheet:
    name: str
    version: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFiles:
    """The extracted files of one lock."""

    root: Path
    lock: RulesLock

    def stylesheet(self, name: str) -> Stylesheet:
        wanted = f"stylesheets/{name}.xslt"
        for artifact in self.lock.artifacts:
            for entry in artifact.entries:
                if entry.into == wanted:
                    return Stylesheet(name=name, version=entry.version, path=self.root / wanted)
        raise RulesUnavailable(f"{LOCK_NAME} pins no stylesheet {name}")

    def stylesheet_names(self) -> tuple[str, ...]:
        entries = (entry for artifact in self.lock.artifacts for entry in artifact.entries)
        return tuple(Path(entry.into).stem for entry in entries if entry.into.startswith("stylesheets/"))

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
    tables = tomllib.loads((path or lock_path()).read_text(encoding="utf-8"))["artifacts"]
    artifacts = tuple(_artifact(table) for table in tables)
    return RulesLock(artifacts=artifacts, digest=hashlib.sha256(repr(artifacts).encode()).hexdigest()[:_DIGEST_LENGTH])


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
    return RuleFiles(root=directory / lock.digest, lock=lock)


def fetched(directory: Path, lock: RulesLock | None = None) -> RuleFiles:
    """The files of `lock`, which must have been fetched."""
    files = locate(directory, lock or read_lock())
    if not files.root.is_dir():
        raise RulesUnavailable(
            f"the rule sets of this release are not in {directory}; `{FETCH_COMMAND}` fetches them",
            directory=str(directory),
        )
    return files
