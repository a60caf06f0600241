"""What people do to their own accounts, with everything that it needs already bound."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from shared.clock import Clock

from identity.application import manage_addresses as addresses
from identity.application import manage_second_factor as factor
from identity.application import reset_password as passwords
from identity.application.links import LinkPolicy, open_link
from identity.application.manage_addresses import AddressLinks, KeepAddresses, OneAddress
from identity.application.manage_picture import PutPicture, delete_picture, get_picture, put_picture
from identity.application.manage_second_factor import Enrolment, FactorChecks, Proof
from identity.application.ports import Pictures, PictureViews, UnitOfWork
from identity.application.reset_password import CompletePasswordReset, RequestPasswordReset, ResetGuard
from identity.application.views import ActorView, PictureView
from identity.domain.link import Link
from identity.domain.user import UserAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCases:
    """`verify` takes the link's token and the network address that follows it."""

    list_all: Callable[[ActorView], Awaitable[tuple[UserAddress, ...]]]
    add: Callable[[OneAddress], Awaitable[UserAddress]]
    resend: Callable[[OneAddress], Awaitable[UserAddress]]
    keep: Callable[[KeepAddresses], Awaitable[tuple[UserAddress, ...]]]
    find_link: Callable[[str], Awaitable[Link]]
    verify: Callable[[str, str], Awaitable[Link]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordCases:
    request_reset: Callable[[RequestPasswordReset], Awaitable[None]]
    start_reset: Callable[[str], Awaitable[None]]
    find_link: Callable[[str], Awaitable[Link]]
    complete_reset: Callable[[CompletePasswordReset], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorCases:
    """`confirm` and `renew_codes` return recovery codes."""

    begin: Callable[[Proof], Awaitable[Enrolment]]
    confirm: Callable[[Proof], Awaitable[tuple[str, ...]]]
    renew_codes: Callable[[Proof], Awaitable[tuple[str, ...]]]
    disable: Callable[[Proof], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureCases:
    put: Callable[[PutPicture], Awaitable[None]]
    get: Callable[[ActorView], Awaitable[PictureView]]
    delete: Callable[[ActorView], Awaitable[None]]


def picture_cases(*, uow: UnitOfWork, views: PictureViews, pictures: Pictures, clock: Clock) -> PictureCases:
    return PictureCases(
        put=partial(put_picture, uow=uow, pictures=pictures, clock=clock),
        get=partial(get_picture, views=views),
        delete=partial(delete_picture, uow=uow),
    )


def address_cases(*, uow: UnitOfWork, links: AddressLinks, clock: Clock) -> AddressCases:
    return AddressCases(
        list_all=partial(addresses.list_addresses, uow=uow),
        add=partial(addresses.add_address, uow=uow, links=links, clock=clock),
        resend=partial(addresses.resend_verification, uow=uow, links=links, clock=clock),
        keep=partial(addresses.keep_addresses, uow=uow, clock=clock),
        find_link=partial(open_link, purposes=addresses.VERIFYING, uow=uow, clock=clock),
        verify=partial(addresses.verify_address, uow=uow, clock=clock),
    )


def password_cases(*, uow: UnitOfWork, guard: ResetGuard, links: LinkPolicy, clock: Clock) -> PasswordCases:
    return PasswordCases(
        request_reset=partial(passwords.request_password_reset, uow=uow, guard=guard),
        start_reset=partial(passwords.start_password_reset, uow=uow, links=links, clock=clock),
        find_link=partial(open_link, purposes=passwords.RESETTING, uow=uow, clock=clock),
        complete_reset=partial(passwords.complete_password_reset, uow=uow, guard=guard, clock=clock),
    )


def second_factor_cases(*, uow: UnitOfWork, checks: FactorChecks) -> SecondFactorCases:
    return SecondFactorCases(
        begin=partial(factor.begin_second_factor, uow=uow, checks=checks),
        confirm=partial(factor.confirm_second_factor, uow=uow, checks=checks),
        renew_codes=partial(factor.renew_recovery_codes, uow=uow, checks=checks),
        disable=partial(factor.disable_second_factor, uow=uow, checks=checks),
    )
