from typing import Literal

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


class MailConfig(Model):
    """What mails call the product, and where their links lead."""

    product_name: str
    app_url: str
