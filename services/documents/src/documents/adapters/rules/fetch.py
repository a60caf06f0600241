"""Fetch the rule sets that `rules.lock` pins, and check the ones that are here.

Guarantees: nothing unpinned is ever extracted (SHA-256 of every artifact is compared first); the files appear as a
whole by one rename, so that a reader or a second fetch at the same time never sees half of them; what is present, be it
for an earlier lock, is not downloaded again. On failure: `RulesUnavailable` says which artifact and why, and nothing is
left behind but what was there.
"""

import fnmatch
import hashlib
import shutil
import tempfile
import textwrap
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import stamina

from documents.adapters.rules.lock import MavenArtifact, RuleFiles, RulesLock, locate
from documents.domain.findings import RulesUnavailable

Report = Callable[[str], None]
Download = Callable[[MavenArtifact, Path, Report], Path]
_ATTEMPTS = 3
_TIMEOUT_SECONDS = 30
_QUIET_SECONDS = 2.0
_MEGABYTE = 1_000_000
_MAX_REASON = 160


def fetch_rules(
    directory: Path,
    lock: RulesLock,
    *,
    report: Report,
    download: Download | None = None,
    accept: Callable[[RuleFiles], None] | None = None,
) -> RuleFiles:
    """Make the files of `lock` present in `directory`.

    `accept` looks at files that were fetched now, before anybody can use them; what it raises refuses them.
    """
    files = locate(directory, lock)
    if files.root.is_dir():
        return files
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=directory) as temporary:
        staged = locate(Path(temporary), lock)
        staged.archives.mkdir(parents=True)
        for number, artifact in enumerate(lock.artifacts, start=1):
            started = time.monotonic()
            kept = _kept_archive(directory, artifact)
            if kept is not None:
                shutil.copyfile(kept, staged.archives / artifact.file_name)
            else:
                archive = _fetch_one(artifact, Path(temporary), report=report, download=download or download_from_maven)
                shutil.move(archive, staged.archives / artifact.file_name)
            _extract(artifact, staged)
            size = (staged.archives / artifact.file_name).stat().st_size / _MEGABYTE
            seconds = time.monotonic() - started
            report(f"rules {number}/{len(lock.artifacts)}: {artifact.file_name} ({size:.1f} MB, {seconds:.1f} s)")
        if accept is not None:
            accept(staged)
        _activate(staged.root, files.root)
    return files


def _activate(staged: Path, final: Path) -> None:
    try:
        staged.rename(final)
    except OSError:
        if not final.is_dir():  # else another fetch was faster, with the same files
            raise


def _kept_archive(directory: Path, artifact: MavenArtifact) -> Path | None:
    """Return the pinned archive where an earlier lock fetched it: most releases come in artifacts that are here."""
    for path in sorted(directory.glob(f"*/archives/{artifact.file_name}")):
        if hashlib.sha256(path.read_bytes()).hexdigest() == artifact.sha256:
            return path
    return None


def _fetch_one(artifact: MavenArtifact, temporary: Path, *, report: Report, download: Download) -> Path:
    try:
        for attempt in stamina.retry_context(on=OSError, attempts=_ATTEMPTS, wait_initial=0.5, wait_max=3.0):
            with attempt:
                # A folder per attempt: a broken download must not be taken for a cached one.
                archive = download(artifact, Path(tempfile.mkdtemp(dir=temporary)), report)
    except (OSError, RuntimeError) as error:
        reason = textwrap.shorten(f"{type(error).__name__}: {error}", _MAX_REASON, placeholder=" …")
        raise RulesUnavailable(
            f"cannot download {artifact.coordinate} ({reason}). They come from the Maven repository, once: "
            "connect this machine (HTTPS_PROXY is honoured) and run the command again."
        ) from error
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != artifact.sha256:
        raise RulesUnavailable(f"{artifact.coordinate} has SHA-256 {found}, pinned is {artifact.sha256}: refused")
    return archive


def download_from_maven(artifact: MavenArtifact, cache: Path, report: Report) -> Path:
    """Resolve a single artifact; its dependencies are not wanted (some are not even published)."""
    # Half a second, which every start of the service would pay.
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415

    resolver = PythonResolver(progress_callback=_progress(report))
    context = MavenContext(resolver=resolver, repo_cache=cache, timeout=_TIMEOUT_SECONDS)
    component = context.project(artifact.group, artifact.name).at_version(artifact.version)
    return Path(component.artifact().resolve())


def _progress(report: Report) -> Callable[[str, int], AbstractContextManager[Callable[[int], None], bool | None]]:
    """Say how far a slow download is; a quick one says nothing."""

    @contextmanager
    def bar(file_name: str, total: int) -> Iterator[Callable[[int], None]]:
        done = 0
        spoken = time.monotonic()

        def update(count: int) -> None:
            nonlocal done, spoken
            done += count
            if time.monotonic() - spoken >= _QUIET_SECONDS:
                spoken = time.monotonic()
                report(f"rules: {file_name} {done * 100 // total} % of {total / _MEGABYTE:.1f} MB")

        yield update

    return bar


def _extract(artifact: MavenArtifact, staged: RuleFiles) -> None:
    for target, content in members(artifact, staged):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def members(artifact: MavenArtifact, files: RuleFiles) -> Iterator[tuple[Path, bytes]]:
    """Each wanted file of an archive: where it lies once extracted, and its content."""
    with zipfile.ZipFile(files.archives / artifact.file_name) as archive:
        for entry in artifact.entries:
            names = fnmatch.filter(archive.namelist(), entry.path)
            if not names:
                raise RulesUnavailable(f"{artifact.coordinate} has no {entry.path}")
            for name in names:
                # Only the last part of a member's name is used: an archive cannot write outside its folder.
                into = entry.into + Path(name).name if entry.into.endswith("/") else entry.into
                yield files.root / into, archive.read(name)


def verify_rules(files: RuleFiles) -> list[str]:
    """Compare every archive with its pin and every extracted file with its archive

    The differences, empty when all agree.
    """
    differences = []
    for artifact in files.lock.artifacts:
        archive = files.archives / artifact.file_name
        if not archive.is_file():
            differences.append(f"{archive} is missing")
        elif hashlib.sha256(archive.read_bytes()).hexdigest() != artifact.sha256:
            differences.append(f"{archive} is not what rules.lock pins")
        else:
            differences += [
                f"{target} differs from {artifact.coordinate}"
                for target, content in members(artifact, files)
                if not target.is_file() or target.read_bytes() != content
            ]
    return differences
