"""Requests and responses about one's own account: password, addresses, second factor."""

from datetime import datetime

from pydantic import Field

from identity.entrypoints.http.schemas import Code, Email, Password, Schema, Token


class PasswordProof(Schema):
    password: Password


class CodeProof(Schema):
    code: Code


class SecondFactorProof(Schema):
    password: Password
    code: Code


class EnrolmentResponse(Schema):
    """Shown once: `secret` for typing, `uri` for a QR code."""

    secret: str
    uri: str


class RecoveryCodesResponse(Schema):
    """Shown once; each works once, in place of the authenticator's code."""

    recovery_codes: list[str]


class PasswordResetRequest(Schema):
    email: Email = Field(examples=["jan@acme.example"])


class PasswordResetCompletion(Schema):
    """`token` is the one in the mail's link."""

    token: Token
    password: Password = Field(examples=["vier losse woorden samen"])


class AddressRequest(Schema):
    email: Email = Field(examples=["facturen@acme.example"])


class AddressesRequest(Schema):
    """All addresses that stay."""

    emails: list[Email] = Field(min_length=1, max_length=50)


class AddressResponse(Schema):
    """An address; until it is verified it cannot be used for anything."""

    email: str
    primary: bool
    verified_at: datetime | None


class AddressesResponse(Schema):
    items: list[AddressResponse]


class VerificationRequest(Schema):
    """`token` is the one in the mail's link."""

    token: Token
