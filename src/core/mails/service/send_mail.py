from core.mails import links, models, ports
from core.models import Actor
from core.ports import Seals
from core.service import UseCase
from core.telemetry import Metrics


class SendMail(UseCase):
    """Send a mail; its link is sealed and its code derived only now."""

    mail_templates: ports.MailTemplates
    mailer: ports.Mailer
    seals: Seals
    mail_config: models.MailConfig
    branding: ports.Branding
    metrics: Metrics

    async def __call__(self, command: models.SendMail, _: Actor) -> None:
        brand = await self.branding.brand()
        variables = command.variables | {
            "product": brand.product_name,
            "colour": brand.colour or "",
            "ink": brand.ink or "",
            "support": brand.support or "",
        }
        if command.link:
            variables["link"] = links.address(command.link, self.mail_config.app_url, self.seals)
        if command.code:
            payload = bytes.fromhex(command.code.payload)
            variables["code"] = self.seals.code(command.code.purpose, payload)
        mail = self.mail_templates.render(command.template, command.locale, variables)
        outcome = "failed"
        try:
            await self.mailer.send(command.to, mail)
            outcome = "sent"
        finally:
            self.metrics.count("mails_sent_total", outcome=outcome)
