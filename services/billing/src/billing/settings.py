"""Settings of billing: `BILLING_<SECTION>__<FIELD>`. Prices are not settings: they are in the price lists."""

from decimal import Decimal
from functools import cached_property
from typing import Annotated

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

from billing.domain.money import micros_of
from billing.domain.top_up import CreditTerms

Euros = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class MollieSettings(Section):
    """`webhook_url` is where the provider reaches us; empty: the public address."""

    base_url: str = "https://api.mollie.com"
    api_key: SecretStr
    webhook_url: str = ""
    timeout: float = Field(default=10.0, gt=0)


class CreditSettings(Section):
    vat_percentage: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] = Decimal(21)
    low_balance: Euros = Decimal("5.00")
    top_up_minimum: Annotated[Euros, Field(gt=0)] = Decimal("0.01")
    top_up_maximum: Euros = Decimal("100000.00")
    methods: frozenset[str] = frozenset({"ideal"})


class PaymentSettings(Section):
    """`open_pauses` are the waits between attempts to open a payment; after the last one it fails."""

    open_pauses: tuple[float, ...] = (1.0, 5.0, 15.0, 60.0, 300.0)
    read_pauses: tuple[float, ...] = (1.0, 5.0, 15.0, 60.0, 300.0)
    reconcile_seconds: float = Field(default=60.0, gt=0)
    reconcile_batch: int = Field(default=100, gt=0)
    lifetime_seconds: float = Field(default=3600.0, gt=0)


class SecretSettings(Section):
    """`fingerprint_key` keys the fingerprints of account numbers: without it they could be guessed."""

    fingerprint_key: SecretStr = SecretStr("")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BILLING_", env_nested_delimiter="__", frozen=True)

    postgres: PostgresSettings
    kafka: KafkaSettings
    mollie: MollieSettings
    http: HttpSettings = HttpSettings(port=8104)
    worker: HttpSettings = HttpSettings(port=8114)
    public: PublicSettings = PublicSettings()
    tokens: TokenSettings = TokenSettings()
    log: LogSettings = LogSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    readiness: ReadinessSettings = ReadinessSettings()
    credit: CreditSettings = CreditSettings()
    payments: PaymentSettings = PaymentSettings()
    secrets: SecretSettings = SecretSettings()

    @cached_property
    def terms(self) -> CreditTerms:
        return CreditTerms(
            vat_basis_points=int(self.credit.vat_percentage * 100),
            minimum_micros=micros_of(f"{self.credit.top_up_minimum:f}"),
            maximum_micros=micros_of(f"{self.credit.top_up_maximum:f}"),
            methods=self.credit.methods,
            low_below_micros=micros_of(f"{self.credit.low_balance:f}"),
        )
