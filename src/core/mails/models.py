from typing import Literal

from pydantic import EmailStr, Field

from core.models import Job, Model

type Locale = Literal["en", "de"]


class SealedLink(Model):
    """A link whose token is sealed only when the mail is sent: the queue never holds it.

    `payload` is hexadecimal. It leads to `path?parameter=token` under the application's address.
    """

    path: str = Field(pattern=r"^/[a-z/-]+$")
    parameter: str
    purpose: str
    payload: str = Field(pattern=r"^([0-9a-f]{2})+$")


class SendMail(Job):
    """Render a template in a language and send it to somebody."""

    name = "mails.send"

    to: EmailStr
    locale: Locale = "en"
    template: str = Field(pattern=r"^[a-z_]+/[a-z_]+$")
    variables: dict[str, str | int] = Field(default_factory=dict)
    link: SealedLink | None = None


class RenderedMail(Model):
    """What a template makes: a subject and the same message twice."""

    subject: str
    text: str
    html: str


class MailConfig(Model):
    """Who mails come from, and where their links lead."""

    sender: str
    product_name: str
    app_url: str
