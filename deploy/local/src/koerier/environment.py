"""Every environment variable of every process on a laptop, composed from ports and secrets in this one place.

What is not named here comes from the caller's own environment, so `DOCUMENTS_LOG__LEVEL=DEBUG make up` works; what is
named here wins.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from koerier.paths import Layout
from koerier.secrets_file import Secrets, roles_of
from koerier.servers.databases import SERVICES, ServiceDatabase, service_database
from koerier.servers.gateway import Gateway
from koerier.servers.ports import LOOPBACK, Transport
from koerier.servers.postgres import SUPERUSER, dsn

PORTS: Mapping[str, tuple[int, Transport]] = {
    "gateway": (8443, "tcp"),
    "gateway-health": (8444, "tcp"),
    "identity-api": (8101, "tcp"),
    "identity-worker": (8111, "tcp"),
    "organizations-api": (8102, "tcp"),
    "organizations-worker": (8112, "tcp"),
    "documents-api": (8103, "tcp"),
    "documents-worker": (8113, "tcp"),
    "billing-api": (8104, "tcp"),
    "billing-worker": (8114, "tcp"),
    "sandbox": (8190, "tcp"),
    "sandbox-smtp": (8125, "tcp"),
    "sandbox-dns": (8153, "udp"),
    "postgres": (8132, "tcp"),
    "kafka": (8192, "tcp"),
    "kafka-controller": (8193, "tcp"),
}
"""The usual ports; another one is taken for each that is not free, and kept from then on."""

SML_ZONE = "participant.sml.sandbox.koerier.example"
SMP_USERNAME = "koerier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Composes what processes are told."""

    layout: Layout
    ports: Mapping[str, int]
    secrets: Secrets

    @property
    def gateway(self) -> Gateway:
        return Gateway(
            root=self.layout.root,
            storage=self.layout.gateway_storage,
            port=self.ports["gateway"],
            health_port=self.ports["gateway-health"],
            upstreams={service: self.address(f"{service}-api") for service in SERVICES},
        )

    @property
    def base_url(self) -> str:
        return self.gateway.base_url

    @property
    def sandbox_url(self) -> str:
        return f"http://{self.address('sandbox')}"

    @property
    def bootstrap_servers(self) -> str:
        return self.address("kafka")

    @property
    def admin_dsn(self) -> str:
        password = self.secrets["postgres_superuser"]
        return dsn(user=SUPERUSER, password=password, port=self.ports["postgres"], database="postgres")

    def address(self, name: str) -> str:
        """Return host:port of a process."""
        return f"{LOOPBACK}:{self.ports[name]}"

    def database(self, service: str) -> ServiceDatabase:
        return service_database(self.admin_dsn, service, roles_of(service, self.secrets))

    def of_service(self, service: str) -> dict[str, str]:
        """Return the whole environment of a service's processes and commands."""
        database = self.database(service)
        own = {
            "POSTGRES__DSN": database.app_dsn,
            "POSTGRES__OWNER_DSN": database.owner_dsn,
            "KAFKA__BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "KAFKA__INSTANCE": "1",
            "HTTP__HOST": LOOPBACK,
            "HTTP__PORT": str(self.ports[f"{service}-api"]),
            "WORKER__HOST": LOOPBACK,
            "WORKER__PORT": str(self.ports[f"{service}-worker"]),
            "PUBLIC__BASE_URL": self.base_url,
            "TOKENS__JWKS_URL": f"http://{self.address('identity-api')}/.well-known/jwks.json",
            "TOKENS__ISSUER": self.base_url,
            "LOG__FORMAT": "console",
            **self._only(service),
        }
        return {**_inherited(), **{f"{service.upper()}_{name}": value for name, value in own.items()}}

    def _only(self, service: str) -> dict[str, str]:
        match service:
            case "identity":
                return self._identity()
            case "organizations":
                return self._organizations()
            case "billing":
                return self._billing()
            case "documents":
                return self._documents()
            case _:
                raise ValueError(f"unknown service {service}")

    def _identity(self) -> dict[str, str]:
        return {
            "SMTP__HOST": LOOPBACK,
            "SMTP__PORT": str(self.ports["sandbox-smtp"]),
            "SMTP__SENDER": "Koerier <no-reply@koerier.example>",
            "SECRETS__KEY": self.secrets["identity_key"],
        }

    def _organizations(self) -> dict[str, str]:
        return {
            "KVK__BASE_URL": f"{self.sandbox_url}/kvk/test/api",
            "KVK__API_KEY": self.secrets["company_register_key"],
            "SMP__BASE_URL": f"{self.sandbox_url}/peppol/smp",
            "SMP__USERNAME": SMP_USERNAME,
            "SMP__PASSWORD": self.secrets["smp_password"],
            "ACCESS_POINT__ENDPOINT_URL": f"{self.sandbox_url}/peppol/ap/as4",
        }

    def _billing(self) -> dict[str, str]:
        return {
            "MOLLIE__BASE_URL": f"{self.sandbox_url}/mollie",
            "MOLLIE__API_KEY": self.secrets["payment_provider_key"],
            "MOLLIE__WEBHOOK_URL": f"{self.base_url}/billing/v1/webhooks/mollie",
            "SECRETS__FINGERPRINT_KEY": self.secrets["billing_fingerprint_key"],
        }

    def _documents(self) -> dict[str, str]:
        return {
            "SML__ZONE": SML_ZONE,
            "SML__NAMESERVER": self.address("sandbox-dns"),
            "ACCESS_POINT__BASE_URL": f"{self.sandbox_url}/peppol/ap",
            "ACCESS_POINT__TOKEN": self.secrets["access_point_token"],
            "ACCESS_POINT__INBOUND_TOKEN": self.secrets["access_point_inbound_token"],
            "RULES__DIRECTORY": str(self.layout.rules),
            "SECRETS__KEY": self.secrets["documents_key"],
            "HOOKS__ALLOW_PRIVATE_TARGETS": "true",
        }

    def of_sandbox(self) -> dict[str, str]:
        """Return the whole environment of the sandbox."""
        own = {
            "HTTP__PORT": str(self.ports["sandbox"]),
            "HTTP__PUBLIC_URL": self.sandbox_url,
            "SMTP__PORT": str(self.ports["sandbox-smtp"]),
            "DNS__PORT": str(self.ports["sandbox-dns"]),
            "KVK__API_KEY": self.secrets["company_register_key"],
            "MOLLIE__API_KEY": self.secrets["payment_provider_key"],
            "PEPPOL__ZONE": SML_ZONE,
            "PEPPOL__AP_TOKEN": self.secrets["access_point_token"],
            "PEPPOL__INBOUND_TOKEN": self.secrets["access_point_inbound_token"],
            "PEPPOL__SMP_USERNAME": SMP_USERNAME,
            "PEPPOL__SMP_PASSWORD": self.secrets["smp_password"],
            "PEPPOL__FORWARD_URL": f"http://{self.address('documents-api')}/documents/v1/access-point/inbound",
            "OUTGOING__CA_FILE": str(self.gateway.root_certificate),
            "STATE__FILE": str(self.layout.data / "sandbox" / "journal.jsonl"),
        }
        return {**_inherited(), **{f"SANDBOX_{name}": value for name, value in own.items()}}


def _inherited() -> dict[str, str]:
    """Return the caller's environment; output must not wait in a buffer for its log line."""
    return {**os.environ, "PYTHONUNBUFFERED": "1"}
