"""Jobs, seen from outside: what waits, what runs, what failed for good."""
