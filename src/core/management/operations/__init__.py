"""What operators look at: the whole installation at a glance, and its audit log as a file."""
