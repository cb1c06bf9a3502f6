"""Events in, exact numbers out, in any time zone."""
