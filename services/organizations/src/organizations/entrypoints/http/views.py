"""Turns what the application returns into what HTTP shows."""

from organizations.application.views import (
    ActivationView,
    CandidateView,
    MemberView,
    OrganizationView,
    PartyView,
    ReviewView,
)
from organizations.domain.activation import ReviewOutcome
from organizations.domain.company import CompanyPage, CompanyProfile
from organizations.domain.organization import Address, Identifier, Status

from . import schemas

_NOBODY_FOUND = (
    "Nobody was found. Check the number or the spelling; a company that registered recently may not be known yet. "
    "Support was told, and can add it for you."
)
_MESSAGES = {
    Status.MANUAL_REVIEW: "The payment arrived. Support compares the account holder with the registered names; do not "
    "pay again.",
    Status.REJECTED: "Support rejected the activation.",
}
_OF_MEMBERS = schemas.Permissions(
    can_send_document=True,
    can_receive_document=True,
    can_remove_document=True,
    can_manage_hook=True,
    can_change_document_status=True,
)
_TAKEN = "The payment arrived, but this company is already registered on the platform. Support looks into it."


def company_list(page: CompanyPage) -> schemas.CompanyList:
    items = [
        schemas.CompanyItem(
            kvk_number=item.kvk_number,
            name=item.name,
            type=item.kind,
            street=item.street,
            place=item.place,
            establishment_number=item.establishment_number,
            active=item.active,
        )
        for item in page.items
    ]
    return schemas.CompanyList(items=items, total=page.total, hint=None if items else _NOBODY_FOUND)


def company(profile: CompanyProfile) -> schemas.Company:
    return schemas.Company(
        kvk_number=profile.kvk_number.value,
        name=profile.name,
        trade_names=profile.trade_names,
        legal_form=profile.legal_form,
        rsin=profile.rsin,
        address=_address(profile.address),
        address_shielded=profile.address_shielded,
        dissolved=profile.dissolved,
    )


def organization(view: OrganizationView) -> schemas.OrganizationDetails:
    it = view.organization
    return schemas.OrganizationDetails(
        id=it.id,
        mode=it.mode,
        name=it.name,
        trade_names=it.trade_names,
        legal_form=it.legal_form,
        country=it.country,
        address=_address(it.address),
        source=it.source.value,
        status=it.status.value,
        identifiers=[_identifier(item) for item in it.identifiers],
        receiving=it.receiving,
        document_types=it.document_types,
        level=view.level.value,
        created_at=it.created_at,
        activated_at=it.activated_at,
    )


def activation(view: ActivationView) -> schemas.ActivationDetails:
    taken = view.reason == ReviewOutcome.ALREADY_REGISTERED
    return schemas.ActivationDetails(
        status=view.status,
        activation_id=view.activation_id,
        checkout_url=view.checkout_url,
        reason=view.reason,
        message=_TAKEN if taken else _MESSAGES.get(Status(view.status)),
        requested_at=view.requested_at,
    )


def member(view: MemberView) -> schemas.Member:
    return schemas.Member(user_id=view.user_id, name=view.name, level=view.level, since=view.since)


def candidate(view: CandidateView) -> schemas.Candidate:
    return schemas.Candidate(user_id=view.user_id, name=view.name, member=view.level is not None, level=view.level)


def review(view: ReviewView) -> schemas.Review:
    return schemas.Review(
        organization_id=view.organization_id,
        activation_id=view.activation_id,
        environment_id=view.environment_id,
        identifier=view.identifier,
        name=view.name,
        trade_names=view.trade_names,
        outcome=view.outcome,
        account_holder=view.account_holder,
        opened_at=view.opened_at,
    )


def party(view: PartyView) -> schemas.Party:
    """Show a party with what documents lets its members do; what one may not do at all is not a party of one's own."""
    return schemas.Party(id=view.id, name=view.name, permissions=_OF_MEMBERS)


def _address(address: Address) -> schemas.AddressView:
    return schemas.AddressView(
        street=address.street, postal_code=address.postal_code, city=address.city, country=address.country
    )


def _identifier(item: Identifier) -> schemas.IdentifierView:
    return schemas.IdentifierView(
        id=item.canonical,
        scheme=item.scheme,
        value=item.value,
        primary=item.primary,
        status=item.status.value,
        sending=item.sending,
        receiving=item.receiving,
        failure=item.failure,
    )
