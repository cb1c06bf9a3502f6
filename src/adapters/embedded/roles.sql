-- The roles and the database of Core API, on any PostgreSQL from 16 on.
--
-- An administrator of the server runs it with psql (it need not be a superuser: CREATEROLE and
-- CREATEDB will do, as managed services give them):
--
--     psql --dbname postgres --file roles.sql
--
-- and then gives the two roles that log in a password each:  \password core_owner  \password core_app
--
-- It may run again at any time: what is there stays, what is missing is made. The embedded
-- PostgreSQL runs this same file.

\set ON_ERROR_STOP on
SET client_min_messages = warning; -- not a word about what was there already

-- Three roles, because row-level security binds neither a superuser nor the owner of a table:
--   core_owner     owns the database and what migrations make in it; only they log in as it
--   core_app       serves; it owns nothing, so it sees the rows of the tenant it has named, no others
--   core_platform  nobody logs in; core_app turns into it to work across tenants, and says so
-- None may bypass row-level security: what sees every tenant's rows is a policy one can read.
DO $$
DECLARE
    role record;
BEGIN
    FOR role IN SELECT * FROM (VALUES ('core_owner', 'LOGIN'), ('core_app', 'LOGIN'),
                                      ('core_platform', 'NOLOGIN')) AS wanted (name, login) LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role.name) THEN
            EXECUTE format('CREATE ROLE %I %s', role.name, role.login);
        END IF;
    END LOOP;
END
$$;

-- INHERIT FALSE: being a member gives nothing until `SET ROLE core_platform` is said aloud.
GRANT core_platform TO core_app WITH INHERIT FALSE, SET TRUE;

-- A role of that name may have been here before us, with rights that would break the tenant wall.
-- We do not quietly take them away from somebody else's role; we refuse.
DO $$
DECLARE
    wrong text;
BEGIN
    SELECT string_agg(complaint, '; ') INTO wrong FROM (
        SELECT format('%s is SUPERUSER, BYPASSRLS, CREATEROLE, CREATEDB or REPLICATION', rolname)
          FROM pg_catalog.pg_roles
         WHERE rolname IN ('core_owner', 'core_app', 'core_platform')
           AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
        UNION ALL
        SELECT format('%s is a member of %s', member.rolname, granted.rolname)
          FROM pg_catalog.pg_auth_members AS membership
          JOIN pg_catalog.pg_roles AS member ON member.oid = membership.member
          JOIN pg_catalog.pg_roles AS granted ON granted.oid = membership.roleid
         WHERE member.rolname IN ('core_app', 'core_platform')
           AND (member.rolname, granted.rolname) <> ('core_app', 'core_platform')
    ) AS complaints (complaint);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'these roles would break the tenant wall: %', wrong
            USING HINT = 'ALTER ROLE or REVOKE what is named, then run this file again.';
    END IF;
END
$$;

-- Only for an administrator who is no superuser: one makes a database for a role one may become.
SELECT 'GRANT core_owner TO CURRENT_USER WITH SET TRUE'
 WHERE NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) \gexec

-- template0 and UTF8, so that a server with another default encoding makes the same database. The
-- locale is the server's: order that matters to us says COLLATE "C" where it is needed.
SELECT 'CREATE DATABASE core OWNER core_owner TEMPLATE template0 ENCODING ''UTF8'''
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = 'core') \gexec

\connect core
SET client_min_messages = warning;
SET ROLE core_owner;

-- By default everybody on the server may connect to a database and make temporary tables in it.
REVOKE ALL ON DATABASE core FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE core TO core_app;

-- Nobody but the owner puts objects where a search_path might find them before ours (CVE-2018-1058).
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- Trusted extensions of PostgreSQL's contrib: similarity search, text that ignores case, and indexes
-- that hold a scalar beside an array or a document.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;
