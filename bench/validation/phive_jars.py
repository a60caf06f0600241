"""phive's jars, fetched by Maven coordinate and pinned by SHA-256 in `phive_jars.lock`.

Guarantees: nothing unpinned is used, and the folder appears as a whole by one rename. On failure: `BenchFailed` says
which jar and why, and nothing is left behind.
"""

import hashlib
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from documents.adapters.rules.fetch import Report, download_from_maven
from documents.adapters.rules.lock import MavenArtifact

from bench.machine import ROOT
from bench.report import BenchFailed

PHIVE_VERSION = "12.0.3"
LOCK = Path(__file__).with_name("phive_jars.lock")
CACHE = ROOT / ".local" / "cache"
_AT_ONCE = 8
_ATTEMPTS = 3
Download = Callable[[MavenArtifact, Path, Report], Path]


def phive_jars(cache: Path = CACHE, download: Download = download_from_maven) -> Path:
    """Return the folder with all jars of the lock, downloading them when it is not there."""
    pinned = pinned_jars(LOCK.read_text(encoding="utf-8"))
    digest = hashlib.sha256("".join(jar.sha256 for jar in pinned).encode()).hexdigest()[:12]
    folder = cache / f"phive-{PHIVE_VERSION}-{digest}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".phive-", dir=cache) as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jgo looks up a run-time folder that a container may lack
        staged = Path(temporary) / "jars"
        staged.mkdir()
        print(f"phive {PHIVE_VERSION}: downloading {len(pinned)} jars", file=sys.stderr)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            fetched = list(pool.map(lambda jar: _fetch(jar, Path(temporary), download), pinned))
        for jar, path in zip(pinned, fetched, strict=True):
            shutil.move(path, staged / jar.file_name)
        staged.rename(folder)
    return folder


def pinned_jars(lock: str) -> list[MavenArtifact]:
    """Read the lock: a line per jar, `group:artifact:version sha256`."""
    jars = []
    for line in lock.splitlines():
        if line and not line.startswith("#"):
            coordinate, sha256 = line.split()
            group, name, version = coordinate.split(":")
            jars.append(MavenArtifact(group=group, name=name, version=version, sha256=sha256, entries=()))
    return jars


def _fetch(jar: MavenArtifact, temporary: Path, download: Download) -> Path:
    failure = ""
    for _ in range(_ATTEMPTS):
        try:
            # A folder per attempt: a broken download must not be taken for a cached one.
            path = download(jar, Path(tempfile.mkdtemp(dir=temporary)), _silent)
        except (OSError, RuntimeError) as error:
            failure = f"{type(error).__name__}: {error}"
            continue
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found == jar.sha256:
            return path
        failure = f"its SHA-256 is {found}, {LOCK.name} pins {jar.sha256}"
    raise BenchFailed(f"cannot use {jar.coordinate} from the Maven repository: {failure}")


def _silent(_: str) -> None:
    """Single jars are small: their progress is not worth a line."""
