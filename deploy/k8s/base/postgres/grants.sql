-- Run by the owner of a service's database before its migrations, with the rights that `koerier.servers.databases` gives on
-- a laptop. Repeating it changes nothing. The names come from PGUSER, PGDATABASE and APPLICATION_ROLE.
\getenv owner PGUSER
\getenv database PGDATABASE
\getenv app APPLICATION_ROLE
revoke all on database :"database" from public;
grant connect, temporary on database :"database" to :"owner", :"app";
revoke all on schema public from public;
grant usage on schema public to :"app";
alter default privileges for role :"owner" grant usage on schemas to :"app";
alter default privileges for role :"owner" grant select, insert, update, delete on tables to :"app";
alter default privileges for role :"owner" grant usage, select on sequences to :"app";
