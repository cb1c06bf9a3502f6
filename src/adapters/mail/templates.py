import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, override
from urllib.parse import quote

from core.mails import ports
from core.mails.models import Locale, RenderedMail
from core.models import CONTROL

if TYPE_CHECKING:
    from adapters.mail.sandbox import Sandbox

FOLDER = Path(__file__).with_name("templates")

type Variables = Mapping[str, str | int]
type Fill = Callable[[Variables], str]

_GAPS = re.compile(rf"[\s{CONTROL}]+")
_BUTTON = re.compile(r"\[(.+)\]")


PLAIN: Final[Variables] = {"colour": "", "ink": "", "support": ""}
"""How a mail looks that nobody dressed up."""


class Block(NamedTuple):
    """A paragraph, or the words on the button that leads to the mail's link."""

    fill: Fill
    is_button: bool


class Source(NamedTuple):
    subject: Fill
    blocks: list[Block]


class MailTemplates(ports.MailTemplates):
    """Fills `<module>/<name>.<locale>.txt`: a mail as one writes it, without a word of HTML.

    The first block is the subject; blank lines part paragraphs; `[words]` alone is the button. Text
    and HTML are both made from these blocks, so they always say the same.

    In the text each paragraph is one line, and the link stands alone on its own: since nothing is
    wrapped, no value that looks like a link can come to stand like one.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        files = folder.rglob("*.txt")
        self._folder = folder
        self._files = {path.relative_to(folder).as_posix(): path for path in files}
        self._sources: dict[str, Source] = {}

    @override
    def render(
        self, template: str, locale: Locale, variables: dict[str, str | int]
    ) -> RenderedMail:
        source = self._source(f"{template}.{locale}.txt")
        values = {name: _tamed(name, value) for name, value in variables.items()}
        subject = source.subject(values)
        blocks = [(block.fill(values), block.is_button) for block in source.blocks]
        return RenderedMail(
            subject=subject,
            text=_text(blocks, values),
            html=self._sandbox.page(
                "layout.html",
                {**PLAIN, **values} | {"subject": subject, "locale": locale, "blocks": blocks},
            ),
        )

    def _source(self, file: str) -> Source:
        if file not in self._sources:
            subject, *blocks = _split(self._files[file].read_text(encoding="utf-8"))
            self._sources[file] = Source(
                self._sandbox.plain(subject), [self._block(words) for words in blocks]
            )
        return self._sources[file]

    def _block(self, words: str) -> Block:
        button = _BUTTON.fullmatch(words)
        return Block(self._sandbox.plain(button[1] if button else words), button is not None)

    @cached_property
    def _sandbox(self) -> "Sandbox":
        # Jinja2 takes a third of a command's start, and few commands send mail.
        from adapters.mail.sandbox import Sandbox  # noqa: PLC0415

        return Sandbox(self._folder)


def _split(source: str) -> list[str]:
    return [" ".join(block.split()) for block in re.split(r"\n\s*\n", source.strip())]


def _tamed(name: str, value: str | int) -> str | int:
    """Make a value one line: it can forge neither a paragraph nor a link."""
    if isinstance(value, int):
        return value
    if name == "link":
        return _GAPS.sub(lambda gap: quote(gap[0]), value)
    return _GAPS.sub(" ", value).strip()


def _text(blocks: list[tuple[str, bool]], values: Variables) -> str:
    paragraphs = [
        f"{words}:\n{values['link']}" if is_button else words for words, is_button in blocks
    ]
    support = f"{values['support']}\n" if values.get("support") else ""
    return "\n\n".join([*paragraphs, f"-- \n{values['product']}\n{support}"])
