"""What the first bytes of a file say it is, where they are text."""

import re
from typing import Final

UTF8: Final = b"\xef\xbb\xbf"
UTF16: Final = (b"\xfe\xff", b"\xff\xfe")
BLANKS: Final = b"\t\n\x0c\r "

PREAMBLE: Final = re.compile(
    rb"<!--.*?(-->|\Z)|<\?[^>]*(>|\Z)|<!doctype(?!\s+html)[^>]*(>|\Z)", re.DOTALL
)
HTML: Final = re.compile(
    rb"<(!doctype\s+html|html|head|body|script|iframe|title|style|table|a|b|br|div|font|h1|p|img|"
    rb"meta|link|object|embed|form)[\s>/]"
)
XHTML: Final = re.compile(rb"<html[\s>]")
SVG: Final = re.compile(rb"<([a-z]+:)?svg[\s>/]")


def markup(head: bytes) -> str | None:
    """Return the type of what a browser would take for a document, None for anything else.

    As the WHATWG MIME Sniffing Standard 7.1 looks for it, and SVG and XML besides: whatever stands
    behind a byte order mark, blanks, comments and a prologue, in any case. UTF-16 is read without
    its zero bytes.
    """
    if head.startswith(UTF16):
        head = head[2:].replace(b"\0", b"")
    text = head.removeprefix(UTF8).lstrip(BLANKS).lower()
    first, bare = text, text
    while preamble := PREAMBLE.match(bare):
        bare = bare[preamble.end() :].lstrip(BLANKS)
    if SVG.match(bare):
        return "image/svg+xml"
    if first.startswith(b"<?xml") and not XHTML.match(bare):
        return "application/xml"
    if HTML.match(bare) or (first.startswith(b"<!--") and not bare.startswith(b"<")):
        return "text/html"
    return None
