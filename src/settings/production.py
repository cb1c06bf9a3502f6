"""What may not be so in production."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from settings.model import Settings, UnfitSettings


class UnsafeSettings(UnfitSettings):
    """These settings are not safe in production."""


def check(settings: Settings) -> None:
    """Refuse what is not safe in production."""
    if unsafe := problems(settings):
        listed = "\n".join(f"- {problem}" for problem in unsafe)
        raise UnsafeSettings(f"These settings are not safe in production:\n{listed}")


def problems(settings: Settings) -> list[str]:
    """Say everything that is not safe in production, so that one look is enough."""
    if settings.environment != "production":
        return []
    return [*_unsafe(settings), *_unsafe_storage(settings), *_unsafe_billing(settings)]


def _unsafe(settings: Settings) -> Iterator[str]:
    if not settings.database_url:
        yield "CORE_DATABASE_URL is missing: the embedded PostgreSQL is for development."
    if settings.mail_url.get_secret_value().startswith("file:"):
        yield "CORE_MAIL_URL is missing: mails would only be written to a folder."
    if not settings.secret_keys:
        yield "CORE_SECRET_KEYS is missing: make one with `openssl rand -base64 48`."
    if any(_weak(key.get_secret_value()) for key in settings.secret_keys):
        yield "CORE_SECRET_KEYS holds a weak key: use at least 32 random characters."
    if urlsplit(settings.public_url).scheme != "https":
        yield "CORE_PUBLIC_URL must begin with https://."
    if settings.app_url and urlsplit(settings.app_url).scheme != "https":
        yield "CORE_APP_URL must begin with https://."
    if any(origin.startswith("http:") for origin in settings.passkey_origins):
        yield "CORE_PASSKEY_ORIGINS must not begin with http://."
    if settings.email_test_domains:
        yield "CORE_EMAIL_TEST_DOMAINS is for tests alone."
    if settings.outbound_loopback:
        yield "CORE_OUTBOUND_LOOPBACK opens this machine to whoever names an address of it."


def _unsafe_storage(settings: Settings) -> Iterator[str]:
    if settings.storage == "memory":
        yield "CORE_STORAGE_BACKEND must not be memory: files would be gone with the process."
    if settings.storage == "disk" and not settings.storage_disk_allow_production:
        yield "CORE_S3_BUCKET is missing; or set CORE_STORAGE_DISK_ALLOW_PRODUCTION on one machine."
    if settings.storage == "s3" and _in_the_clear(settings):
        yield "CORE_S3_PUBLIC_ENDPOINT_URL must begin with https://, as what clients are sent to."
    secret = settings.storage_scan_secret
    if secret and _weak(secret.get_secret_value()):
        yield "CORE_STORAGE_SCAN_SECRET is weak: use at least 32 random characters."


def _unsafe_billing(settings: Settings) -> Iterator[str]:
    if settings.billing == "sandbox":
        yield "CORE_BILLING_PROVIDER must not be sandbox: nobody would really pay."
    if settings.billing == "stripe" and not settings.stripe_webhook_secrets:
        yield "CORE_STRIPE_WEBHOOK_SECRETS is missing: nobody would hear of payments."
    if settings.stripe_api_base and urlsplit(settings.stripe_api_base).scheme != "https":
        yield "CORE_STRIPE_API_BASE must begin with https://."


def _in_the_clear(settings: Settings) -> bool:
    """Tell whether clients send files, and addresses that are secrets, over plain HTTP."""
    address = settings.s3_public_endpoint_url or settings.s3_endpoint_url
    return address is not None and urlsplit(address).scheme != "https"


def _weak(key: str) -> bool:
    return len(key) < 32 or len(set(key)) < 10  # noqa: PLR2004 - said in the message
