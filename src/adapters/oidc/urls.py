from ipaddress import ip_address
from urllib.parse import urlsplit


def is_safe(url: str, *, loopback: bool, query: bool = True) -> bool:
    """Whether a provider may be at the URL: https, or on this machine where that is admitted."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not plain or not host or "@" in parts.netloc or "#" in url or ("?" in url and not query):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and loopback and is_here(host))


def is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
