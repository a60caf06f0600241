"""Fills a database with documents of earlier days: both sides of each exchange, as they are once they are delivered."""

from typing import Any

_EXCHANGES = """
insert into documents (
    id, direction, exchange_id, environment_id, mode, organization_id, caller_document_id, billable, sender, receiver,
    document_type_id, process_id, family, number, issue_date, country, sha256, size_bytes, content_expires_on, state,
    version, delivery_channel, bus_until, archive_until, created_at, changed_at)
select
    side.id, side.direction, exchange.id, company.id, 'live', company.id,
    case side.direction when 'outbound' then side.id end, true, '0106:' || (10000000 + exchange.seller),
    '0106:' || (20000000 + exchange.buyer), 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice',
    'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0', 'invoice', 'S-' || exchange.number, '2026-01-02', 'NL',
    exchange.sha256, 10000, date '2033-02-01',
    case side.direction when 'outbound' then 'delivered' else 'available' end, 4, 'platform',
    case side.direction when 'inbound' then now() + interval '60 days' end, timestamptz '2033-02-01',
    now() - interval '30 days', now() - interval '30 days'
from (
    select number, uuidv7(interval '-30 days') as id, sha256(number::text::bytea) as sha256, number % $3 as seller,
           (number * 7) % $3 as buyer
    from generate_series($1::bigint, $2::bigint) as number
) as exchange
cross join lateral (values ('outbound', uuidv7(interval '-30 days'), exchange.seller),
                           ('inbound', uuidv7(interval '-30 days'), exchange.buyer)) as side (direction, id, company)
cross join lateral (select md5('company ' || side.company)::uuid as id) as company"""
_CONTENTS = """
insert into contents (expires_on, sha256, data)
select date '2033-02-01', sha256(number::text::bytea),
       (select string_agg(sha256((number * 64 + part)::text::bytea), '') from generate_series(1, 64) as part)
from generate_series($1::bigint, $2::bigint) as number"""
_TIMELINE = """
insert into timeline (document_id, sequence, at, status, channel)
select id, step, created_at, case step when 1 then 'accepted' else 'delivered' end, 'platform'
from documents cross join generate_series(1, 3) as step
where created_at < now() - interval '20 days'
  and not exists (select from timeline where timeline.document_id = documents.id)"""
_VERDICTS = """
insert into verdicts (exchange_id, rule_sets, findings, omitted)
select distinct exchange_id, '["cen-ubl", "peppol-ubl"]'::jsonb, '[]'::jsonb, 0 from documents
where created_at < now() - interval '20 days'
on conflict do nothing"""
COMPANIES = 1000
_PART = 50_000


async def store(connection: Any, *, stored: int, wanted: int) -> None:
    """Bring the documents of earlier days from `stored` to `wanted`; two of them are one exchange."""
    first, last = stored // 2 + 1, wanted // 2
    for start in range(first, last + 1, _PART):
        end = min(start + _PART - 1, last)
        await connection.execute(_EXCHANGES, start, end, COMPANIES, timeout=600)
        await connection.execute(_CONTENTS, start, end, timeout=600)
    await connection.execute(_TIMELINE, timeout=600)
    await connection.execute(_VERDICTS, timeout=600)
    await connection.execute("vacuum analyze documents", timeout=600)
    for table in ("timeline", "verdicts", "contents"):
        await connection.execute(f"analyze {table}", timeout=600)
    await connection.execute("checkpoint", timeout=600)
