"""Settings of documents, from variables `DOCUMENTS_<SECTION>__<FIELD>`. Durations are in seconds."""

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

_HOUR = 3600.0


class SmlSettings(Section):
    """Where Peppol's participants are looked up. `nameserver` is host:port; empty: the system's resolvers."""

    zone: str = "participant.sml.prod.tech.peppol.org"
    nameserver: str = ""
    timeout: float = 5.0
    found_seconds: float = 300.0
    missing_seconds: float = 5.0
    outage_seconds: float = 86_400.0


class AccessPointSettings(Section):
    """Our access point. It presents `inbound_token` when it delivers to us; `mode` is whose documents it carries."""

    base_url: str = "http://127.0.0.1:8190/peppol/ap"
    token: SecretStr = SecretStr("")
    inbound_token: SecretStr = SecretStr("")
    mode: str = "live"
    timeout: float = 10.0


class RulesSettings(Section):
    directory: Path = Path(".local/rules")


class ValidationSettings(Section):
    """How documents are validated, and how long one document may take.

    Up to `here_bytes` in the process that holds it, above that in one of `workers` rule processes (70 MB each, replaced
    above `recycle_mb`). What our engine cannot decide goes to the reference: one more process of 270 MB, started when
    it is needed, as is `shadow_share` of all documents to compare both. `reference_rule_sets` are judged by it alone.
    `next_release`: once there is a next release of the rules, ask it too, and tell when it says the opposite.
    """

    here_bytes: int = Field(default=20_000, ge=0)
    workers: int = Field(default=2, ge=1)
    deadline: float = 15.0
    queue_limit: int = 32
    queue_deadline: float = 10.0
    recycle_documents: int = 100_000
    recycle_mb: int = 150
    reference_rule_sets: tuple[str, ...] = ()
    shadow_share: float = Field(default=0.01, ge=0, le=1)
    check_patience: float = 30.0
    next_release: bool = True


class SecretsSettings(Section):
    """The Fernet key that hooks' secrets are sealed with."""

    key: SecretStr


class HookSettings(Section):
    """`pauses` lie between the tries of a call (Standard Webhooks' ladder; the first try is made at once)."""

    allow_private_targets: bool = False
    timeout: float = 15.0
    concurrency: int = 128
    pauses: tuple[float, ...] = (
        5.0, 300.0, 1800.0, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR,
    )  # fmt: skip


class TransmissionSettings(Section):
    """Eight tries on the network in about 36 hours, 2 min x 3^n between them. `polls` wait for the acknowledgement."""

    pauses: tuple[float, ...] = tuple(120.0 * 3**n for n in range(7))
    polls: tuple[float, ...] = Field(
        default=(0.4, 0.4, 0.8, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0), min_length=1
    )


class IntakeSettings(Section):
    """`max_bytes` is the whole request, multipart included. `key_patience` bridges the lag of projections."""

    max_bytes: int = 24_000_000
    max_wait: float = 10.0
    key_patience: float = 0.5


class RetentionSettings(Section):
    bus_days: int = 90
    bus_days_after_download: int = 7
    archive_years_paid: int = 7
    archive_years_free: int = 2


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="DOCUMENTS_", env_nested_delimiter="__", frozen=True)

    postgres: PostgresSettings
    kafka: KafkaSettings
    secrets: SecretsSettings
    http: HttpSettings = HttpSettings(port=8103)
    worker: HttpSettings = HttpSettings(port=8113)
    public: PublicSettings = PublicSettings()
    tokens: TokenSettings = TokenSettings()
    log: LogSettings = LogSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    readiness: ReadinessSettings = ReadinessSettings()
    sml: SmlSettings = SmlSettings()
    access_point: AccessPointSettings = AccessPointSettings()
    rules: RulesSettings = RulesSettings()
    validation: ValidationSettings = ValidationSettings()
    hooks: HookSettings = HookSettings()
    transmission: TransmissionSettings = TransmissionSettings()
    intake: IntakeSettings = IntakeSettings()
    retention: RetentionSettings = RetentionSettings()
