from urllib.parse import urlencode

from core.mails import models, ports
from core.models import Actor
from core.ports import Seals
from core.service import UseCase


class SendMail(UseCase):
    """Send a mail; its links are sealed only now."""

    mail_templates: ports.MailTemplates
    mailer: ports.Mailer
    seals: Seals
    mail_config: models.MailConfig

    async def __call__(self, command: models.SendMail, _: Actor) -> None:
        variables = command.variables | {"product": self.mail_config.product_name}
        if command.link:
            variables["link"] = self._address(command.link)
        mail = self.mail_templates.render(command.template, command.locale, variables)
        await self.mailer.send(command.to, mail)

    def _address(self, link: models.SealedLink) -> str:
        token = self.seals.seal(link.purpose, bytes.fromhex(link.payload))
        query = urlencode({link.parameter: token})
        return f"{self.mail_config.app_url}{link.path}?{query}"
