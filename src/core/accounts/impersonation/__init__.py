"""Operators who act as somebody, for a while, seen by them and written down."""
