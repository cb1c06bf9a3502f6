"""Signing in by mail: with the link in it, or with its code on another device."""
