-- name: claim_inbox(consumer, ids)
insert into inbox (consumer, event_id)
select :consumer, id from unnest(:ids::uuid[]) as id
on conflict do nothing
returning event_id;

-- name: prune_inbox(before, consumers)!
delete from inbox where processed_at < :before and consumer = any(:consumers::text[]);
