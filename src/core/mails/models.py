from typing import Final, Literal

from pydantic import EmailStr, Field

from core.models import Job, Model

type Locale = Literal["en", "de"]


class Link(Model):
    """A page under the application's address."""

    path: str = Field(pattern=r"^/[a-z/-]+$")


class SealedLink(Link):
    """A link whose token is sealed only when the mail is sent: the queue never holds it.

    `payload` is hexadecimal. It leads to `path?parameter=token`.
    """

    parameter: str
    purpose: str
    payload: str = Field(pattern=r"^([0-9a-f]{2})+$")


class SealedCode(Model):
    """Digits to type, derived only when the mail is sent: the queue never holds them.

    `payload` is hexadecimal.
    """

    purpose: str
    payload: str = Field(pattern=r"^([0-9a-f]{2})+$")


class SendMail(Job):
    """Render a template in a language and send it to somebody."""

    name = "mails.send"

    to: EmailStr
    locale: Locale = "en"
    template: str = Field(pattern=r"^[a-z_]+/[a-z_]+$")
    variables: dict[str, str | int] = Field(default_factory=dict)
    link: SealedLink | Link | None = None
    code: SealedCode | None = None


class RenderedMail(Model):
    """What a template makes: a subject and the same message twice."""

    subject: str
    text: str
    html: str


class Brand(Model):
    """How people know the product: its name, the colour of its buttons, and whom they ask."""

    product_name: str
    colour: str | None = Field(default=None, pattern=r"^#[0-9a-f]{6}$")
    support: EmailStr | None = None

    @property
    def ink(self) -> str | None:
        """The colour that is read best on the other one (WCAG 2.2, relative luminance)."""
        if self.colour is None:
            return None
        red, green, blue = (_linear(int(self.colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
        luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        return "#ffffff" if luminance < EVEN else "#0b1020"


EVEN: Final = 0.179
"""As light as that, black and white are read equally well."""


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB


class MailConfig(Model):
    """What mails call the product, and where their links lead."""

    product_name: str
    app_url: str
