from datetime import timedelta
from typing import Final

from core.models import Limit

TRANSACTION_LIFETIME: Final = timedelta(minutes=10)
CODE_LIFETIME: Final = timedelta(seconds=60)
STATE_SEAL: Final = "accounts/sso-state"
CODE_SEAL: Final = "accounts/sso-code"
SSO_BY_ADDRESS: Final = Limit(name="sso", count=30, seconds=300)

PUBLIC_MAIL_DOMAINS: Final = frozenset({
    "126.com", "163.com", "aol.com", "fastmail.com", "gmail.com", "gmx.at", "gmx.ch", "gmx.com",
    "gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.de",
    "hotmail.fr", "icloud.com", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com",
    "naver.com", "outlook.com", "outlook.de", "pm.me", "proton.me", "protonmail.com", "qq.com",
    "rocketmail.com", "t-online.de", "tuta.io", "tutanota.com", "web.de", "yahoo.co.jp",
    "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com",
    "zoho.com",
})  # fmt: skip
"""Where anybody gets an address: whoever owned one would own them all."""
