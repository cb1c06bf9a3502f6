from core.mails.service.send_mail import SendMail

__all__ = ("SendMail",)
