-- Roles that may do no more than they have to, in the database that this is run in:
--   tixgo_migrate owns the schemas, and is who `npm run migrate` connects as;
--   tixgo_identity, tixgo_event, tixgo_attendance, tixgo_ticket and tixgo_payment read and write the rows of their own
--   schemas, and are who the services connect as, with MIGRATE=off.
--
-- Run it as a superuser, or as the owner of the database who may create roles, once for each database; it may be run
-- again, and takes over schemas that another role made. make-roles.sh runs it and gives the roles passwords, which may
-- also be given by hand: \password tixgo_identity
begin;
set local client_min_messages = warning;

do $$
declare
  services constant text[] := array['identity', 'event', 'attendance', 'ticket', 'payment'];
  role_name text;
  given_password text;
begin
  foreach role_name in array services || 'migrate'::text loop
    -- Set by make-roles.sh.
    given_password := current_setting(format('tixgo.%s_password', role_name), true);
    role_name := 'tixgo_' || role_name;
    if to_regrole(role_name) is null then
      execute format('create role %I login', role_name);
    end if;
    if given_password <> '' then
      execute format('alter role %I password %L', role_name, given_password);
    end if;
  end loop;
end $$;

-- Only a superuser acts for a role without being a member of it.
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant tixgo_migrate to %I', current_user);
  end if;
end $$;

do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect, create on database %I to tixgo_migrate', current_database());
  execute format('grant connect on database %I to tixgo_identity, tixgo_event, tixgo_attendance, tixgo_ticket, tixgo_payment',
    current_database());
end $$;

revoke all on schema public from public;

do $$
declare
  -- Each schema, and the role that reads and writes it.
  uses constant text[] := array[
    ['identity', 'tixgo_identity'],
    ['event', 'tixgo_event'],
    ['attendance', 'tixgo_attendance'],
    ['gateway', 'tixgo_attendance'],
    ['ticket', 'tixgo_ticket'],
    ['payment', 'tixgo_payment']
  ];
  use_of text[];
  schema_name text;
  role_name text;
  table_name regclass;
begin
  foreach use_of slice 1 in array uses || array[['migrations', null]] loop
    schema_name := use_of[1];
    execute format('create schema if not exists %I authorization tixgo_migrate', schema_name);
    execute format('alter schema %I owner to tixgo_migrate', schema_name);
    execute format('revoke all on schema %I from public', schema_name);
    for table_name in
      select oid::regclass from pg_class
      where relnamespace = to_regnamespace(schema_name) and relkind in ('r', 'p')
    loop
      execute format('alter table %s owner to tixgo_migrate', table_name);
    end loop;
  end loop;

  foreach use_of slice 1 in array uses loop
    schema_name := use_of[1];
    role_name := use_of[2];
    execute format('grant usage on schema %I to %I', schema_name, role_name);
    execute format('grant select, insert, update, delete on all tables in schema %I to %I', schema_name, role_name);
    execute format('grant usage, select on all sequences in schema %I to %I', schema_name, role_name);
    -- The same for what migrations will make.
    execute format('alter default privileges for role tixgo_migrate in schema %I
      grant select, insert, update, delete on tables to %I', schema_name, role_name);
    execute format('alter default privileges for role tixgo_migrate in schema %I
      grant usage, select on sequences to %I', schema_name, role_name);
    -- To see at the start that the schema is as new as the service needs.
    execute format('grant usage on schema migrations to %I', role_name);
    execute format('grant select on all tables in schema migrations to %I', role_name);
    execute format('alter default privileges for role tixgo_migrate in schema migrations
      grant select on tables to %I', role_name);
  end loop;
end $$;

commit;
