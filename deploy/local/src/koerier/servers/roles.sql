-- One role of a service: created once, its password set at every start.
do $$
begin
  if not exists (select from pg_roles where rolname = {name}) then
    create role {role} login nosuperuser nocreatedb nocreaterole noreplication;
  end if;
end
$$;
alter role {role} password {password};
