"""Settings of the sandbox: ports, the secrets that the stand-ins accept, and how fast simulated time runs.

Every value has a default that works on a laptop. The secrets are made up and protect nothing: they are here because the
real services check theirs.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True)


class HttpSettings(_Section):
    host: str = "127.0.0.1"
    port: int = 8190
    public_url: str = ""
    """How others reach the sandbox (links, SMP address); empty: http://host:port."""

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


class SmtpSettings(_Section):
    host: str = "127.0.0.1"
    port: int = 8125
    max_bytes: int = 35 * 1024 * 1024
    keep: int = Field(default=1_000, ge=1)
    keep_bytes: int = 256 * 1024 * 1024


class DnsSettings(_Section):
    host: str = "127.0.0.1"
    port: int = 8153


class KvkSettings(_Section):
    api_key: SecretStr = SecretStr("sandbox-kvk-key")


class MollieSettings(_Section):
    api_key: SecretStr = SecretStr("test_sandboxKoerier0000000000000000")
    account_holder: str = "unknown"
    """What the bank page shows as the account holder until somebody changes it."""
    iban: str = "NL55INGB0000000000"
    expiry_seconds: float = 900.0
    webhook_delays: tuple[float, ...] = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 240.0)
    """Seconds before each try of a webhook call; the real provider stretches ten tries over a day."""
    webhook_timeout: float = 2.0
    keep: int = Field(default=5_000, ge=1)


class PeppolSettings(_Section):
    zone: str = "participant.sml.sandbox.koerier.example"
    smp_username: str = "koerier"
    smp_password: SecretStr = SecretStr("sandbox-smp-password")
    taken_status: int = 409
    """Answer for a participant that another access point serves; the real server passes the SML's fault on as 500."""
    ap_token: SecretStr = SecretStr("sandbox-ap-token")
    inbound_token: SecretStr = SecretStr("sandbox-inbound-token")
    forward_url: str = ""
    """Where documents go that arrive at the access point's own AS4 address (phoss: forwarding.http.endpoint)."""
    notification_url: str = ""
    """When set, each change of an outbound transmission is also posted here; phoss needs an extension for that."""
    acknowledge_seconds: float = 0.3
    slow_seconds: float = 8.0
    retry_seconds: float = 1.0
    retry_max_attempts: int = Field(default=5, ge=1)
    delivery_delays: tuple[float, ...] = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
    delivery_timeout: float = 15.0
    keep: int = Field(default=2_000, ge=1)
    keep_bytes: int = 128 * 1024 * 1024
    """How much of the documents that arrived is kept, beside their number."""


class WebhookSettings(_Section):
    keep_calls: int = Field(default=500, ge=1)
    max_names: int = Field(default=200, ge=1)
    max_bytes: int = 1024 * 1024
    slow_seconds: float = 12.0
    tolerance_seconds: float = 300.0


class StateSettings(_Section):
    file: Path | None = None
    """Where payments and registrations are kept for the next start; without it they end with the process."""


class OutgoingSettings(_Section):
    ca_file: Path | None = None
    """Certificate authority of the platform's gateway, when webhooks go through it."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SANDBOX_", env_nested_delimiter="__", frozen=True)

    http: HttpSettings = HttpSettings()
    smtp: SmtpSettings = SmtpSettings()
    dns: DnsSettings = DnsSettings()
    kvk: KvkSettings = KvkSettings()
    mollie: MollieSettings = MollieSettings()
    peppol: PeppolSettings = PeppolSettings()
    webhooks: WebhookSettings = WebhookSettings()
    state: StateSettings = StateSettings()
    outgoing: OutgoingSettings = OutgoingSettings()
