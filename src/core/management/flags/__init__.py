"""Feature flags: who is served which variant of something, decided here and asked for by OFREP."""
