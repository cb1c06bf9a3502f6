"""Passkeys: WebAuthn credentials, with which a person signs in without a password."""
