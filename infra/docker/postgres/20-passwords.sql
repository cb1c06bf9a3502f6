-- Gives the roles that roles.sql made the passwords that Compose names. Run once, by the image of
-- PostgreSQL, on an empty volume; psql reads the environment itself, so that no shell does.
\set ON_ERROR_STOP on
\getenv owner CORE_OWNER_PASSWORD
\getenv app CORE_APP_PASSWORD
ALTER ROLE core_owner PASSWORD :'owner';
ALTER ROLE core_app PASSWORD :'app';
