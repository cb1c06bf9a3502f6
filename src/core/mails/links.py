from urllib.parse import urlencode

from core.mails import models
from core.ports import Seals


def address(link: models.Link, app_url: str, seals: Seals) -> str:
    """Return the whole address of a link, its token sealed."""
    page = f"{app_url}{link.path}"
    if not isinstance(link, models.SealedLink):
        return page
    token = seals.seal(link.purpose, bytes.fromhex(link.payload))
    return f"{page}?{urlencode({link.parameter: token})}"
