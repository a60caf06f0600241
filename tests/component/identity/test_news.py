"""Mail about what happened elsewhere: who gets it, once, and not about the distant past."""

from datetime import UTC, datetime, timedelta

import pytest
from shared.contracts.event import Event
from shared.contracts.organizations import ActivationRejected, ActivationReviewRequired
from shared.ids import new_id
from support.events import balance_depleted, record_of, redelivered
from support.identity import Identity, new_domain
from support.identity_company import Company, Member


@pytest.fixture
async def owner(identity: Identity) -> Member:
    member = await identity.join(f"piet@{new_domain()}")
    await identity.run_jobs()
    identity.mail.mails.clear()
    return member


@pytest.mark.requirement("R5.17")
async def test_the_organizations_administrators_hear_of_its_activation_once(identity: Identity, owner: Member) -> None:
    company = Company(owner=owner)
    activated = (company.added(), company.member_added(owner), company.activated())
    await identity.consume(*activated)
    await identity.consume(redelivered(activated[-1]))
    await identity.run_jobs()
    (mail,) = identity.mail.to(owner.email)
    assert (mail.template, mail.context["organization"]) == ("organization_activated", company.name)


async def test_an_administrator_of_the_environment_who_is_no_member_is_not_told(
    identity: Identity, owner: Member
) -> None:
    colleague = await identity.join(f"kees@{owner.email.partition('@')[2]}")
    url = f"/identity/v1/users/{colleague.id}"
    await identity.http.patch(url, json={"role": "administrator"}, headers=owner.headers)
    company = Company(owner=colleague)
    await identity.consume(company.added(), company.member_added(colleague), company.activated())
    await identity.run_jobs()
    assert identity.mail.templates_to(owner.email) == []
    assert "organization_activated" in identity.mail.templates_to(colleague.email)


async def test_before_the_membership_is_known_the_environments_administrators_are_told(
    identity: Identity, owner: Member
) -> None:
    await identity.consume(Company(owner=owner).activated())
    await identity.run_jobs()
    assert identity.mail.templates_to(owner.email) == ["organization_activated"]


def _review(company: Company) -> Event:
    state = company.state("manual_review")
    return ActivationReviewRequired(state=state, activation_id=new_id(), outcome="no_match")


def _rejection(company: Company) -> Event:
    state = company.state("rejected")
    return ActivationRejected(state=state, activation_id=new_id(), reason="Andere <naam>")


@pytest.mark.requirement("R5.12", "R5.13")
async def test_a_review_and_its_outcome_are_mailed(identity: Identity, owner: Member) -> None:
    company = Company(owner=owner)
    await identity.consume(company.added(), company.tell(_review(company)), company.tell(_rejection(company)))
    await identity.run_jobs()
    assert sorted(identity.mail.templates_to(owner.email)) == ["activation_rejected", "activation_review"]
    (rejected,) = [mail for mail in identity.mail.to(owner.email) if mail.template == "activation_rejected"]
    assert rejected.context["reason"] == "Andere <naam>"


async def test_all_administrators_hear_that_the_credit_ran_out(identity: Identity, owner: Member) -> None:
    domain = owner.email.partition("@")[2]
    second, basic = await identity.join(f"kees@{domain}"), await identity.join(f"jan@{domain}")
    url = f"/identity/v1/users/{second.id}"
    await identity.http.patch(url, json={"role": "administrator"}, headers=owner.headers)
    await identity.consume(record_of(balance_depleted(owner.environment_id), subject=owner.environment_id))
    await identity.run_jobs()
    for member, told in ((owner, True), (second, True), (basic, False)):
        assert ("balance_depleted" in identity.mail.templates_to(member.email)) is told


async def test_who_is_blocked_before_the_mail_goes_out_gets_none(identity: Identity, owner: Member) -> None:
    await identity.consume(Company(owner=owner).activated())
    await identity.pool.execute("update users set status = 'blocked' where id = $1", owner.id)
    await identity.run_jobs()
    assert identity.mail.to(owner.email) == []


async def test_old_news_is_not_mailed_when_a_consumer_starts_over(identity: Identity, owner: Member) -> None:
    company = Company(owner=owner)
    event = company.activated()
    old = (datetime.now(UTC) - timedelta(days=3)).isoformat().encode()
    headers = [(name, old if name == "ce_time" else value) for name, value in event.headers]
    from dataclasses import replace  # noqa: PLC0415

    await identity.consume(replace(event, headers=headers))
    await identity.run_jobs()
    assert identity.mail.to(owner.email) == []
    assert await identity.pool.fetchval("select status from organizations where id = $1", company.id) == "active"


async def test_mails_of_one_event_have_the_same_id_however_often_it_is_handled(
    identity: Identity, owner: Member
) -> None:
    company = Company(owner=owner)
    event = company.activated()
    await identity.consume(event)
    await identity.pool.execute("delete from inbox")
    await identity.consume(redelivered(event))
    await identity.run_jobs()
    first, second = identity.mail.to(owner.email)
    assert first.id == second.id
