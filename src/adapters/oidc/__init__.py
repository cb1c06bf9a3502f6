"""Single sign-on through OpenID providers, as a relying party (OpenID Connect Core 1.0)."""

from adapters.oidc.client import OidcClient

__all__ = ("OidcClient",)
