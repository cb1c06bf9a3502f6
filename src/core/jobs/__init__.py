"""Jobs, seen from outside: those that failed for good."""
