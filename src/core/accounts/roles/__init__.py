"""Roles that organizations make for themselves, and the permissions there are to give."""
