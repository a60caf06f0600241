"""Apache Kafka's jars, fetched by Maven coordinate and pinned by SHA-256.

`kafka_jars.lock` names every jar with its hash, so nothing is resolved on a user's machine: the jars are downloaded
side by side, checked, and linked into one folder. A jar with another hash is fetched once more, then refused.
The lock is written anew by `python -m koerier.servers.kafka_jars` (a maintainer's command).
"""

import fcntl
import hashlib
import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from koerier.servers.process import ServerFailed

KAFKA_VERSION = "4.3.1"
COORDINATES = (f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}", "org.slf4j:slf4j-simple:1.7.36")
"""Kafka, and the log binding of the 1.7 line: with a 2.x one Kafka stays silent."""

LOCK = "kafka_jars.lock"
DOWNLOADS_AT_ONCE = 8
PROGRESS_EVERY = 10
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedJar:
    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def pinned_jars() -> list[PinnedJar]:
    """Read the lock."""
    jars = []
    for line in (files("koerier.servers") / LOCK).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            coordinate, sha256 = line.split()
            group, artifact, version = coordinate.split(":")
            jars.append(PinnedJar(group=group, artifact=artifact, version=version, sha256=sha256))
    return jars


def kafka_jars(cache: Path, progress: Progress) -> Path:
    """Return the folder with all jars of the lock, downloading what is missing."""
    pinned = pinned_jars()
    digest = hashlib.sha256("".join(jar.sha256 for jar in pinned).encode()).hexdigest()[:12]
    folder = cache / f"kafka-{KAFKA_VERSION}-{digest}"
    if folder.exists():
        return folder
    with _exclusive(cache / "kafka.lock"):
        if folder.exists():  # another process did it while this one waited
            return folder
        unfinished = folder.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jgo looks up a run-time folder that a container may lack
            _fetch_all(pinned, unfinished, progress)
        unfinished.rename(folder)
    return folder


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch_all(pinned: list[PinnedJar], folder: Path, progress: Progress) -> None:
    repository = _maven_cache(folder.parent)
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        fetched = pool.map(lambda jar: _fetch(jar, repository), pinned)
        for number, (jar, path) in enumerate(zip(pinned, fetched, strict=True), start=1):
            _link(path, folder / jar.file_name)
            if number % PROGRESS_EVERY == 0 or number == len(pinned):
                progress(f"Apache Kafka {KAFKA_VERSION}: {number}/{len(pinned)} jars")


def _maven_cache(fallback: Path) -> Path:
    """Return the user's own Maven cache where it can be written, else a folder of the clone."""
    wanted = Path(os.environ.get("M2_REPO") or Path.home() / ".m2" / "repository")
    try:
        wanted.mkdir(parents=True, exist_ok=True)
    except OSError:
        return fallback / "maven"
    return wanted if os.access(wanted, os.W_OK) else fallback / "maven"


def _fetch(jar: PinnedJar, repository: Path) -> Path:
    from jgo.maven import MavenContext  # noqa: PLC0415 - half a second to import, needed on the first run only

    context = MavenContext(repo_cache=repository, timeout=60)
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    for _ in range(2):
        path = Path(artifact.resolve())
        if _sha256(path) == jar.sha256:
            return path
        path.unlink()  # a download that was cut off earlier, or a tampered file
    raise ServerFailed(f"{jar.file_name} has another SHA-256 than {LOCK} names")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # another file system
        shutil.copyfile(source, target)


def write_lock(path: Path) -> None:
    """Resolve the coordinates with all their dependencies and write the lock."""
    import jgo  # noqa: PLC0415 - see _fetch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jgo looks up a run-time folder that a container may lack
        resolved = jgo.resolve("+".join(COORDINATES))
    lines = [f"{item.groupId}:{item.artifactId}:{item.version} {_sha256(Path(item.resolve()))}" for item in resolved]
    head = f"# The jars of {' and '.join(COORDINATES)}; written by `python -m koerier.servers.kafka_jars`."
    path.write_text("\n".join([head, *sorted(set(lines))]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_lock(Path(__file__).with_name(LOCK))
    sys.stdout.write(f"{len(pinned_jars())} jars pinned\n")
