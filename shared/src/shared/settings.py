"""Settings that every service has. A service's class names its own prefix: `IDENTITY_POSTGRES__DSN` and so on."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Section(BaseModel):
    model_config = ConfigDict(frozen=True)


class PostgresSettings(Section):
    """`dsn` is the application role's, `owner_dsn` the migrating role's. Timeouts are in seconds."""

    dsn: SecretStr
    owner_dsn: SecretStr | None = None
    min_connections: int = 2
    max_connections: int = 16
    command_timeout: float = 30.0


class KafkaSettings(Section):
    """`instance` makes the membership of a consumer group static, so that a restart costs no rebalance.

    With a `password` the broker is spoken to over TLS (its authority in `ca_file`) and by SCRAM-SHA-512; without one,
    as on a laptop, in clear text.
    """

    bootstrap_servers: str
    instance: str = "1"
    replication_factor: int = 1
    username: str = ""
    password: SecretStr | None = None
    ca_file: Path | None = None


class HttpSettings(Section):
    host: str = "127.0.0.1"
    port: int


class PublicSettings(Section):
    """Where the platform is reached from outside; problem types, issuers and links in mail start with it."""

    base_url: str = "https://localhost:8443"


class TokenSettings(Section):
    """Whose access tokens are accepted. Keys are read from `jwks_url` in the background."""

    issuer: str = "https://localhost:8443"
    audience: str = "koerier"
    jwks_url: str = "http://127.0.0.1:8101/.well-known/jwks.json"
    refresh_seconds: float = 300.0
    unknown_key_seconds: float = 10.0


class LogSettings(Section):
    format: str = "json"
    level: str = "INFO"


class TelemetrySettings(Section):
    """Traces are sampled at the head; without an endpoint they are made (for logs and headers) but not exported.

    `metrics_seconds` is how often a worker samples its database for the metrics.
    """

    otlp_endpoint: str | None = None
    sample_ratio: float = Field(default=0.01, ge=0.0, le=1.0)
    metrics_seconds: float = Field(default=15.0, ge=1.0)


class ReadinessSettings(Section):
    """A service is not ready while its view of identity is older than `max_identity_lag_seconds`."""

    max_identity_lag_seconds: float = 5.0
