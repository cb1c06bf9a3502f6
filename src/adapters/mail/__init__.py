"""Mails: Jinja2 fills them, SMTP or a folder takes them."""

from adapters.mail.files import FileMailer
from adapters.mail.smtp import SmtpMailer, SmtpServer
from adapters.mail.templates import MailTemplates
from adapters.mail.urls import mailer_from_url

__all__ = ("FileMailer", "MailTemplates", "SmtpMailer", "SmtpServer", "mailer_from_url")
