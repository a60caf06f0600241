"""The subscriptions. Everything above the free one has credit, and with it receiving."""

from enum import StrEnum


class Plan(StrEnum):
    INVOICE_PORTAL = "invoice_portal"
    BASIC = "basic"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"

    @property
    def has_credit(self) -> bool:
        return self is not Plan.INVOICE_PORTAL
