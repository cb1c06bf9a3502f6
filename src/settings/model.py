import secrets
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, override
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from settings.billing import BillingSettings
from settings.stats import StatsSettings
from settings.storage import StorageSettings

ADDRESS: Final = "address"
"""The file in DATA_DIR that tells where `serve` listens."""

PORTS: Final = {"http": 80, "https": 443}

type Commas = Annotated[tuple[str, ...], NoDecode]
"""Several values in one variable, separated by commas."""


class UnfitSettings(ValueError):
    """Nothing can be put together with these settings."""


class Settings(BillingSettings, StatsSettings, StorageSettings):
    """Variables that begin with CORE_; a file `.env` fills in where they are silent."""

    model_config = SettingsConfigDict(
        env_prefix="CORE_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    environment: Literal["development", "production"] = Field(
        default="development",
        description="Production refuses what is only safe on a developer's machine.",
    )
    data_dir: Path = Field(
        default=Path(".data"), description="Where the embedded database and mails are kept."
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL >= 16, as the role core_app. Empty: an embedded server.",
    )
    database_owner_url: SecretStr | None = Field(
        default=None, description="The same database as core_owner, for migrations alone."
    )
    database_pool_min: int = Field(default=2, ge=0, description="Connections kept open.")
    database_pool_max: int = Field(default=20, ge=1, description="Connections at most, a process.")
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="Where clients reach the service."
    )
    app_url: str | None = Field(
        default=None,
        description="Where links in mails lead. Empty: the service's own pages at PUBLIC_URL.",
    )
    passkey_origins: Commas = Field(
        default=(),
        description="Origins, besides that of APP_URL or PUBLIC_URL, where passkeys may be used.",
    )
    product_name: str = Field(default="Core API", description="What mails and pages call you.")
    admin_email: str = Field(
        default="admin@example.com",
        description="Whose account `serve` makes on an empty development database.",
    )
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Secrets of at least 32 characters, newest first, separated by commas."
        " Empty in development: made once and kept in DATA_DIR.",
    )
    trusted_proxies: Commas = Field(
        default=(), description="Addresses or networks whose X-Forwarded-For is believed."
    )
    cors_origins: Commas = Field(
        default=(), description="Origins of browsers that may call the API."
    )
    sso_return_urls: Commas = Field(
        default=(),
        description="Where a single sign-on may send browsers back to: whole addresses.",
    )
    mail_url: SecretStr = Field(
        default=SecretStr("file:"),
        description="smtp+starttls://user:password@host:587, smtps://..., or file: for a folder.",
    )
    mail_from: str = Field(
        default="Core API <no-reply@example.com>", description="The sender of mails."
    )
    email_test_domains: bool = Field(
        default=False, description="Admit addresses under .test: for tests alone."
    )
    outbound_loopback: bool = Field(
        default=False,
        description="Let sign-in providers and webhooks be on this machine, over http too:"
        " for development and tests.",
    )
    dns_server: str | None = Field(
        default=None,
        description="The address, perhaps with a port, of the name server that is asked for TXT"
        " records. Empty: the system's.",
    )
    worker: Literal["embedded", "off"] | None = Field(
        default=None,
        description="Whether `serve` carries out jobs itself. Empty: in development alone.",
    )
    throttle_multiplier: int = Field(
        default=1, ge=1, description="How many times the usual limits are allowed: for load tests."
    )
    hash_slots: int = Field(
        default=0, ge=0, description="Passwords hashed at once; 0: one less than there are cores."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What is logged: this and worse."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="For people, or a JSON object a line."
    )
    metrics: bool = Field(
        default=True, description="Whether the numbers that /metrics shows are kept."
    )
    trace_sample_ratio: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="The share of requests traced, once OTEL_* asks for it.",
    )

    @field_validator(
        "secret_keys",
        "trusted_proxies",
        "cors_origins",
        "sso_return_urls",
        "passkey_origins",
        "billing_return_hosts",
        "stripe_webhook_secrets",
        mode="before",
    )
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith("postgresql://"):
            raise ValueError("It has to be postgresql://user:password@host/database")
        return value

    @field_validator("public_url", "app_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return value and _reachable(value)

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one if one == "*" else _reachable(one) for one in value)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_network(one)) for one in value)

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave out `.env` where the environment says production: a stray file decides nothing."""
        if env_settings().get("environment") == "production":
            return init_settings, env_settings
        return init_settings, env_settings, dotenv_settings

    @property
    def relying_party_id(self) -> str:
        """The name that passkeys are made for: the host that people sign in at."""
        return urlsplit(self.app_url or self.public_url).hostname or ""

    @property
    def relying_party_origins(self) -> tuple[str, ...]:
        """Where passkeys may be used, as browsers write it: without a scheme's own port."""
        url = urlsplit(self.app_url or self.public_url)
        port = f":{url.port}" if url.port and url.port != PORTS.get(url.scheme) else ""
        host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
        return (f"{url.scheme}://{host}{port}", *self.passkey_origins)

    @property
    def billing(self) -> Literal["stripe", "sandbox", "off"]:
        """Who takes payments."""
        if self.billing_provider is not None:
            return self.billing_provider
        if self.stripe_api_key is not None:
            return "stripe"
        return "sandbox" if self.environment == "development" else "off"

    @property
    def works(self) -> bool:
        """Whether a serving process carries out jobs as well."""
        default = "embedded" if self.environment == "development" else "off"
        return (self.worker or default) == "embedded"

    def with_secret_keys(self) -> Self:
        """Fill in, in development, keys that are made once and kept in the data folder."""
        if self.secret_keys:
            return self
        file = self.data_dir / "secret_keys"
        if not file.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(f".{secrets.token_hex(4)}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            with suppress(FileExistsError):  # of two processes at once, one wins
                file.hardlink_to(draft)
            draft.unlink()
        return self.model_copy(update={"secret_keys": (SecretStr(file.read_text().strip()),)})

    def listening(self, url: str) -> Self:
        """Lead links to where we listen, unless an address is set; commands beside us know it."""
        if "public_url" in self.model_fields_set:
            return self
        self.data_dir.mkdir(parents=True, exist_ok=True)
        (self.data_dir / ADDRESS).write_text(url)
        return self.model_copy(update={"public_url": url})

    def beside(self) -> Self:
        """Fill in where `serve` listens on the same data: links lead there, tokens name it."""
        file = self.data_dir / ADDRESS
        if "public_url" in self.model_fields_set or not file.exists():
            return self
        return self.model_copy(update={"public_url": file.read_text().strip()})

    def at(self, database_url: str, owner_url: str) -> Self:
        """Name the database whose addresses are only known once it runs."""
        urls = {"database_url": database_url, "database_owner_url": owner_url}
        return self.model_copy(update={name: SecretStr(url) for name, url in urls.items()})

    def service_url(self) -> str:
        """Return the address that the service itself connects to."""
        return self.database_url.get_secret_value() if self.database_url else ""

    def owner_url(self) -> str:
        """Return the address for migrations: the owner's, or the only one there is."""
        url = self.database_owner_url or self.database_url
        return url.get_secret_value() if url else ""


def _reachable(url: str) -> str:
    """Return an address as others are appended to it, or refuse what is none."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("It has to begin with https:// or http:// and name a host")
    return url.rstrip("/")
