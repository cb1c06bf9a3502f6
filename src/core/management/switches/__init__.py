"""Switches: what an operator turns on or off for the whole installation, at once."""
