"""Which parts talk to which over TCP, and the disturbable link between each two of them.

A link's name is `client>server`. What a process is told as the address of a server is replaced by the address of its
link; what the supervisor, the checkers and the tests use stays direct.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from koerier.servers.databases import SERVICES
from koerier.servers.ports import LOOPBACK

RECEIVERS = "receivers"
# What others are told, to know us by: an issuer, and the address that the network's register shows.
_NAMES_NOT_ROUTES = ("ISSUER", "ACCESS_POINT__ENDPOINT_URL")
CALLED = {
    "identity": ("postgres", "kafka", "sandbox-smtp"),
    "organizations": ("postgres", "kafka", "sandbox", "identity-api"),
    "documents": ("postgres", "kafka", "sandbox", "identity-api", RECEIVERS),
    "billing": ("postgres", "kafka", "sandbox", "identity-api"),
    "gateway": tuple(f"{service}-api" for service in SERVICES),
    "sandbox": ("documents-api",),
}
"""Server processes by who calls them. Kafka has a listener per service, because it tells clients where to come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Ports of the links, and Kafka's listener behind each of its links."""

    links: Mapping[str, int]
    kafka_doors: Mapping[str, int]

    def doors(self) -> dict[str, tuple[int, int]]:
        """Return Kafka's listeners, each telling its clients to come back to their link."""
        return {service.upper(): (port, self.links[f"{service}>kafka"]) for service, port in self.kafka_doors.items()}

    def targets(self, ports: Mapping[str, int], receivers: int) -> dict[str, tuple[int, tuple[str, int]]]:
        """Return what the fault proxy is told: where each link listens and leads."""
        return {name: (port, (LOOPBACK, self._target(name, ports, receivers))) for name, port in self.links.items()}

    def _target(self, link: str, ports: Mapping[str, int], receivers: int) -> int:
        client, _, server = link.partition(">")
        if server == "kafka":
            return self.kafka_doors[client]
        return receivers if server == RECEIVERS else ports[server]

    def rewire(self, client: str, variables: Mapping[str, str], ports: Mapping[str, int]) -> dict[str, str]:
        """Return a process's environment with the addresses of what it calls replaced by its links."""
        found = dict(variables)
        for server in CALLED.get(client, ()):
            if server == RECEIVERS:
                continue  # hooks name their receivers themselves
            address = re.compile(rf"{re.escape(LOOPBACK)}:{ports[server]}(?!\d)")
            link = f"{LOOPBACK}:{self.links[f'{client}>{server}']}"
            found = {name: _replaced(name, value, address, link) for name, value in found.items()}
        return found


def _replaced(name: str, value: str, address: re.Pattern[str], link: str) -> str:
    return value if name.endswith(_NAMES_NOT_ROUTES) else address.sub(link, value)


def link_names() -> list[str]:
    return [f"{client}>{server}" for client, servers in CALLED.items() for server in servers]
