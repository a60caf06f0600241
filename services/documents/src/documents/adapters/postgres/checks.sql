-- name: ask(id, content)!
insert into checks (id, content) values (:id, :content);

-- name: take_question(id)$
select content from checks where id = :id and answer is null;

-- name: answer(id, answer)!
update checks set answer = :answer, content = null where id = :id;

-- name: take_answer(id)$
select answer from checks where id = :id and answer is not null;

-- name: forget(id)!
delete from checks where id = :id;

-- name: sweep()!
delete from checks where created_at < now() - interval '10 minutes';
