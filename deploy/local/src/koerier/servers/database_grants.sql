-- Run inside a service's database, as superuser: who may do what in it.
-- The owner migrates; the application role works on the owner's tables and can change no definition.
revoke all on schema public from public;
grant usage on schema public to {app};
alter default privileges for role {owner} grant usage on schemas to {app};
alter default privileges for role {owner} grant select, insert, update, delete on tables to {app};
alter default privileges for role {owner} grant usage, select on sequences to {app};
