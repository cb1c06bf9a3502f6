"""Charts as SVG, by pygal (https://www.pygal.org): nothing in them runs, nothing is loaded."""

import asyncio
import re
from typing import Any, Final, override

from core.stats import ports
from core.stats.drawing import Drawing

LIGHT: Final = ("#2563eb", "#ea580c", "#16a34a", "#9333ea", "#0891b2",
                "#dc2626", "#ca8a04", "#db2777", "#4b5563", "#65a30d")  # fmt: skip
DARK: Final = ("#60a5fa", "#fb923c", "#4ade80", "#c084fc", "#22d3ee",
               "#f87171", "#facc15", "#f472b6", "#9ca3af", "#a3e635")  # fmt: skip
GROUND: Final = ("--paper:#ffffff;--ink:#1f2937;--soft:#6b7280;--line:#e5e7eb;",
                 "--paper:#111827;--ink:#f3f4f6;--soft:#9ca3af;--line:#374151;")  # fmt: skip

NAME: Final = "1"
ID: Final = f"chart-{NAME}"
DOTTED: Final = 60
"""With more points than that their dots are one thick line."""

LABELLED: Final = 100
"""Pixels that a label takes."""

LONGEST: Final = 28
LETTER: Final = 10
"""Pixels that a letter of the title takes."""

MOST: Final = 1e30
"""Beyond it the axis can't be cut up."""

AT_ONCE: Final = 2

_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no room for, also not escaped (2.2)."""


class Charts(ports.Charts):
    """Draws in threads, few at a time: each takes tens of milliseconds of a CPU."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    @override
    async def draw(self, drawing: Drawing) -> bytes:
        async with self._places:
            return await asyncio.to_thread(_drawn, drawing)


def _drawn(drawing: Drawing) -> bytes:
    from pygal.etree import etree

    chart = _chart(drawing)
    chart.uuid = NAME  # the same numbers are the same bytes
    lying = drawing.shape == "row"
    order = slice(None, None, -1 if lying else 1)  # a lying chart begins below
    labels = [_text(label, LONGEST) for label in drawing.labels][order]
    if lying and drawing.rows:
        numbers = drawing.rows[0].values[order]
        labels = [f"{label}: {_number(n)}" for label, n in zip(labels, numbers, strict=True)]
    chart.x_labels = labels
    if not lying:
        every = max(1, -(-len(labels) * LABELLED // drawing.width))
        chart.x_labels_major = labels[::every]
    for row in drawing.rows:
        dashed = {"stroke_style": {"dasharray": "4,6"}} if row.before else {}
        values = [None if n is None else max(-MOST, min(n, MOST)) for n in row.values[order]]
        chart.add(_text(row.name, LONGEST), values, **dashed)
    root = chart.render_tree()
    _tidy(root)
    return bytes(etree.tostring(root, encoding="utf-8"))


def _chart(drawing: Drawing) -> Any:
    import pygal

    kind = {"line": pygal.Line, "bar": pygal.Bar, "row": pygal.HorizontalBar}[drawing.shape]
    many = len(drawing.rows) > 1
    return kind(
        style=_style(drawing),
        css=("file://style.css", "file://graph.css", f"inline:{_css()}"),
        js=(),
        title=_text(drawing.title, drawing.width // LETTER),
        width=drawing.width,
        height=drawing.height,
        explicit_size=True,
        disable_xml_declaration=True,
        value_formatter=_number,
        include_x_axis=True,
        show_legend=many,
        legend_at_bottom=True,
        legend_at_bottom_columns=max(1, min(len(drawing.rows), drawing.width // 200)),
        show_minor_x_labels=False,
        truncate_label=-1,
        truncate_legend=-1,
        show_dots=len(drawing.labels) <= DOTTED,
        dots_size=2.5,
        no_data_text="nothing yet",
        rounded_bars=2,
        margin=16,
        margin_bottom=24,
        max_scale=8,
        spacing=12,
    )


def _style(drawing: Drawing) -> Any:
    """Give what is of the time before the colour of what it is compared with."""
    from pygal.style import Style

    now = max(sum(not row.before for row in drawing.rows), 1)
    return Style(
        background="var(--paper)",
        plot_background="var(--paper)",
        foreground="var(--soft)",
        foreground_strong="var(--ink)",
        foreground_subtle="var(--soft)",
        guide_stroke_color="var(--line)",
        major_guide_stroke_color="var(--line)",
        guide_stroke_dasharray="none",
        major_guide_stroke_dasharray="none",
        font_family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif",
        label_font_size=12,
        major_label_font_size=12,
        legend_font_size=13,
        title_font_size=17,
        value_font_size=12,
        no_data_font_size=20,
        opacity=".9",
        stroke_opacity="1",
        stroke_width="2",
        transition="0s",
        colors=tuple(f"var(--c{place % now % len(LIGHT)})" for place in range(len(drawing.rows))),
    )


def _css() -> str:
    """Name the colours, for screens that are light and for those that are dark."""
    by_day, by_night = (
        ground + "".join(f"--c{number}:{colour};" for number, colour in enumerate(colours))
        for ground, colours in zip(GROUND, (LIGHT, DARK), strict=True)
    )
    return (
        f"#{ID}{{{by_day}}}"
        f"@media (prefers-color-scheme:dark){{#{ID}{{{by_night}}}}}"
        f"#{ID} .title{{font-weight:600}}"
        f"#{ID} .axis .line{{stroke:var(--line)}}"
    )


def _tidy(root: Any) -> None:
    """Take out what is for scripts; a point's number, which one would show, becomes its title."""
    for parent in list(root.iter()):
        told = {}
        for child in list(parent):
            if child.tag == "desc":
                told[child.get("class")] = child.text or ""
            if child.tag in {"script", "desc"} or not isinstance(child.tag, str):
                parent.remove(child)
        if "value" in told:
            title = parent.makeelement("title", {})
            title.text = ": ".join(told[key] for key in ("x_label", "value") if told.get(key))
            parent.insert(0, title)


def _number(value: float | None) -> str:
    return f"{value or 0:,.10g}"


def _text(told: str, longest: int) -> str:
    fit = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", told)
    return fit if len(fit) <= longest else fit[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
