from typing import Protocol

from core.mails.models import Brand, Locale, RenderedMail


class MailTemplates(Protocol):
    def render(
        self, template: str, locale: Locale, variables: dict[str, str | int]
    ) -> RenderedMail:
        """Fill a template; every variable is escaped in the HTML part.

        Raise KeyError for an unknown template and for a variable that is missing.
        """


class Branding(Protocol):
    async def brand(self) -> Brand:
        """Return how people know the product; it may be some seconds old."""


class Mailer(Protocol):
    async def send(self, to: str, mail: RenderedMail) -> None:
        """Hand a mail over for delivery; raise Unavailable if that must be tried again.

        Sending the same mail twice may deliver it twice.
        """
