"""Identity's settings, read from `IDENTITY_*`; nested ones with two underscores (`IDENTITY_SMTP__HOST`)."""

from datetime import timedelta
from typing import Literal

from pydantic import Field, SecretStr, field_validator
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

from identity.domain.generic_domains import GENERIC_DOMAINS


class SmtpSettings(Section):
    """Where mail goes. `tls` is `none` on a laptop, `starttls` or `implicit` elsewhere."""

    host: str = "127.0.0.1"
    port: int = 8125
    sender: str = "Koerier <noreply@koerier.example>"
    username: str | None = None
    password: SecretStr | None = None
    tls: Literal["none", "starttls", "implicit"] = "none"


class SecretsSettings(Section):
    """Fernet keys, separated by commas: the first seals what lies in the database, all of them open it."""

    key: SecretStr


class RegistrationSettings(Section):
    """`generic_domains` are those of mail providers, on which nobody joins somebody else's environment."""

    link_hours: float = Field(default=24.0, gt=0)
    activation_days: int = Field(default=7, gt=0)
    reset_minutes: int = Field(default=60, gt=0)
    terms_version: str = "2026-01"
    generic_domains: frozenset[str] = GENERIC_DOMAINS
    mails_per_address_per_hour: int = 5
    requests_per_client_per_hour: int = 500

    @field_validator("generic_domains")
    @classmethod
    def _canonical(cls, domains: frozenset[str]) -> frozenset[str]:
        return frozenset(domain.strip().lower().encode("idna").decode() for domain in domains)

    @property
    def link_lifetime(self) -> timedelta:
        return timedelta(hours=self.link_hours)


class LoginSettings(Section):
    """Failed logins that are borne within a quarter of an hour, per account and per network address."""

    attempts_per_account: int = 10
    attempts_per_client: int = 100


class SigningSettings(Section):
    """How long a signing key is published before it signs, and after it has."""

    published_hours: float = 24.0
    retired_hours: float = 2.0


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="IDENTITY_", env_nested_delimiter="__", frozen=True)

    postgres: PostgresSettings
    kafka: KafkaSettings
    secrets: SecretsSettings
    http: HttpSettings = HttpSettings(port=8101)
    worker: HttpSettings = HttpSettings(port=8111)
    public: PublicSettings = PublicSettings()
    tokens: TokenSettings = TokenSettings()
    log: LogSettings = LogSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    readiness: ReadinessSettings = ReadinessSettings()
    smtp: SmtpSettings = SmtpSettings()
    registration: RegistrationSettings = RegistrationSettings()
    login: LoginSettings = LoginSettings()
    signing: SigningSettings = SigningSettings()
    projection_patience_ms: int = Field(default=500, ge=0, le=5000)
