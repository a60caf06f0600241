"""Settings of organizations, from the environment: `ORGANIZATIONS_<SECTION>__<FIELD>`."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from shared.settings import (
    HttpSettings,
    KafkaSettings,
    LogSettings,
    PostgresSettings,
    PublicSettings,
    ReadinessSettings,
    Section,
    TelemetrySettings,
    TokenSettings,
)


class KvkSettings(Section):
    """The company register. `ca_file` is for its chain, when the system does not trust it."""

    base_url: str = "http://127.0.0.1:8190/kvk/test/api"
    api_key: SecretStr = SecretStr("")
    connect_seconds: float = 2.0
    answer_seconds: float = 5.0
    max_connections: int = Field(default=20, ge=1)
    ca_file: Path | None = None


class SmpSettings(Section):
    """The SMP where our participants are published."""

    base_url: str = "http://127.0.0.1:8190/peppol/smp"
    username: str = ""
    password: SecretStr = SecretStr("")
    connect_seconds: float = 2.0
    answer_seconds: float = 10.0


class AccessPointSettings(Section):
    """What the SMP tells senders about our access point; a real network checks the certificate (Base64 of DER)."""

    endpoint_url: str = "http://127.0.0.1:8190/peppol/ap/as4"
    certificate: str = ""
    description: str = "Koerier"
    contact_url: str = "https://localhost:8443"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ORGANIZATIONS_", env_nested_delimiter="__", frozen=True)

    postgres: PostgresSettings
    kafka: KafkaSettings
    http: HttpSettings = HttpSettings(port=8102)
    worker: HttpSettings = HttpSettings(port=8112)
    public: PublicSettings = PublicSettings()
    tokens: TokenSettings = TokenSettings()
    log: LogSettings = LogSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    readiness: ReadinessSettings = ReadinessSettings()
    kvk: KvkSettings = KvkSettings()
    smp: SmpSettings = SmpSettings()
    access_point: AccessPointSettings = AccessPointSettings()
