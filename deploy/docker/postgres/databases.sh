#!/usr/bin/env bash
# Run once by the PostgreSQL image in an empty data folder: the services' databases and roles, with the same rights as
# `koerier.servers.databases` gives on a laptop. A test compares the two.
set -euo pipefail

for service in identity organizations documents billing; do
  psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set service="$service" --set owner="${service}_owner" --set app="${service}_app" \
    --set password="$SERVICE_PASSWORD" <<'SQL'
create role :"owner" login nosuperuser nocreatedb nocreaterole noreplication password :'password';
create role :"app" login nosuperuser nocreatedb nocreaterole noreplication password :'password';
create database :"service" owner :"owner";
revoke all on database :"service" from public;
grant connect, temporary on database :"service" to :"owner", :"app";
\connect :"service"
revoke all on schema public from public;
grant usage on schema public to :"app";
alter default privileges for role :"owner" grant usage on schemas to :"app";
alter default privileges for role :"owner" grant select, insert, update, delete on tables to :"app";
alter default privileges for role :"owner" grant usage, select on sequences to :"app";
SQL
done
