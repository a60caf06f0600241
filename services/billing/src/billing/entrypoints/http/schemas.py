"""Requests and answers of billing over HTTP: camelCase, money as decimal strings."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints
from pydantic.alias_generators import to_camel

from billing.application.views import BalanceView, SubscriptionView, TopUpView, TransactionView
from billing.domain.money import decimal_text
from billing.domain.payment import PaymentStatus
from billing.domain.plan import Plan
from billing.domain.prices import PriceList

Cents = Annotated[
    str,
    Strict(),
    StringConstraints(pattern=r"^(0|[1-9][0-9]{0,8})\.[0-9]{2}$"),
    Field(description="Euros with exactly two decimals", examples=["50.00"]),
]


class _Body(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True, extra="forbid", frozen=True
    )


class SubscriptionBody(_Body):
    plan: Plan = Field(examples=["basic"])


class SubscriptionAnswer(_Body):
    environment_id: UUID
    plan: Plan

    @classmethod
    def of(cls, view: SubscriptionView) -> Self:
        return cls(environment_id=view.environment_id, plan=view.plan)


class BalanceAnswer(_Body):
    balance: str = Field(description="Exact, with at least two decimals", examples=["49.659"])
    currency: str
    depleted: bool = Field(description="True at zero or below: what would be charged is then refused")
    plan: Plan

    @classmethod
    def of(cls, view: BalanceView) -> Self:
        return cls(
            balance=decimal_text(view.balance_micros), currency=view.currency, depleted=view.depleted, plan=view.plan
        )


class TopUpBody(_Body):
    amount: Cents
    method: Annotated[str, Strict(), StringConstraints(min_length=1, max_length=32)] = Field(examples=["ideal"])


class TopUpAnswer(_Body):
    """`checkoutUrl` appears once the payment provider opened the payment, and goes when it ended."""

    id: UUID
    status: PaymentStatus
    amount: str
    vat: str
    payable: str
    currency: str
    method: str
    checkout_url: str | None
    expires_at: datetime | None
    requested_at: datetime
    paid_at: datetime | None

    @classmethod
    def of(cls, view: TopUpView) -> Self:
        return cls(
            id=view.id,
            status=view.status,
            amount=decimal_text(view.credit_micros),
            vat=decimal_text(view.vat_micros),
            payable=decimal_text(view.payable_micros),
            currency=view.currency,
            method=view.method,
            checkout_url=view.checkout_url,
            expires_at=view.expires_at,
            requested_at=view.requested_at,
            paid_at=view.paid_at,
        )


class TransactionLine(_Body):
    """One line of the statement. `documentId` is the document that a charge is for."""

    id: UUID
    number: int
    kind: str
    amount: str = Field(description="What it did to the balance", examples=["-0.171"])
    balance_after: str
    currency: str = "EUR"
    service: str | None
    document_id: UUID | None
    organization_id: UUID | None
    reference_id: UUID | None
    reason: str | None
    occurred_at: datetime
    booked_at: datetime

    @classmethod
    def of(cls, view: TransactionView) -> Self:
        return cls(
            id=view.id,
            number=view.number,
            kind=view.kind.value,
            amount=decimal_text(view.amount_micros),
            balance_after=decimal_text(view.balance_after_micros),
            service=view.service,
            document_id=view.document_id,
            organization_id=view.organization_id,
            reference_id=view.reference_id,
            reason=view.reason,
            occurred_at=view.occurred_at,
            booked_at=view.booked_at,
        )


class TransactionPage(_Body):
    items: list[TransactionLine]
    next: str | None


class Price(_Body):
    service: str = Field(examples=["send_einvoice"])
    amount: str = Field(examples=["0.171"])


class PricesAnswer(_Body):
    currency: str
    valid_from: datetime
    items: list[Price]

    @classmethod
    def of(cls, prices: PriceList) -> Self:
        items = [
            Price(service=service, amount=decimal_text(micros))
            for service, micros in sorted(prices.amount_micros.items())
        ]
        return cls(currency=prices.currency, valid_from=prices.valid_from, items=items)
