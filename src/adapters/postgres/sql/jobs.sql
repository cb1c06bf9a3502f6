-- The job queue's own tables: the service defers and carries out, it does not change them.

GRANT USAGE ON SCHEMA jobs TO core_app, core_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO core_app, core_platform;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO core_app, core_platform;
