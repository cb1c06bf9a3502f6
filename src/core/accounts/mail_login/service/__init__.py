from core.accounts.mail_login.service.request_mail_login import RequestMailLogin
from core.accounts.mail_login.service.sign_in_by_mail import SignInByMail

__all__ = ("RequestMailLogin", "SignInByMail")
