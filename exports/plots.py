"""Figures drawn as SVG by pygal, for light and for dark ground. Counts nothing and asks no database.

The file carries a style of its own, so it is served from an address of its own and shown as an image.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pygal
from lxml import etree
from pygal.style import Style

from exports.columns import Translate
from services.figures import Figure, Place

WIDTH, HEIGHT = 640, 340
LEGEND_COLUMNS = 3
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
COLOURS = {
    "pine": ("#1d5b52", "#4f9d8d"), "lake": ("#3f9384", "#9fdccd"), "sky": ("#2f72a5", "#93c2e6"),
    "moss": ("#6a9440", "#c3dfa6"), "amber": ("#b7791f", "#ebc06b"), "berry": ("#9b2335", "#f09aa8"),
    "plum": ("#6d4f8f", "#c6abe6"), "stone": ("#6b7672", "#b9c2bd"),
}
"""Colours of the series on light and on dark ground, each at least 3:1 against it (white, #1b2320)."""
INK = {False: ("#1c2422", "#525d59", "#d5d9d2"), True: ("#e7ece9", "#a9b5b0", "#35403c")}
"""Words, softer words and guide lines, on light and on dark ground."""


def svg_of(figure: Figure, *, dark: bool, place: Callable[[Place], str], value: Callable[[int | Decimal], str],
           translate: Translate = str) -> bytes:
    """The bytes of the SVG; ``place`` and ``value`` write a place of the axis and a value for the reader."""
    def words(drawn: Any) -> str:
        return value(Decimal(str(drawn)).scaleb(-2) if figure.money else round(drawn))

    one = len(figure.series) == 1
    chart = (pygal.Bar if one else pygal.StackedBar)(
        style=_style([COLOURS[series.colour][dark] for series in figure.series], dark), width=WIDTH, height=HEIGHT,
        js=(), disable_xml_declaration=True, margin=4, margin_top=18,
        margin_bottom=4 + 18 * max(0, math.ceil(len(figure.series) / LEGEND_COLUMNS) - 2), show_legend=not one,
        legend_at_bottom=True,
        legend_at_bottom_columns=LEGEND_COLUMNS, legend_box_size=12, value_formatter=words, print_values=one,
        print_values_position="top", truncate_legend=-1, truncate_label=-1, min_scale=3, max_scale=8,
        include_x_axis=True, pretty_print=False, spacing=8, x_title=translate(figure.axis) if one else None)
    chart.x_labels = [place(at) for at in figure.places]
    for series in figure.series:
        chart.add(translate(series.label), [_drawn(amount) for amount in series.values])
    chart.uuid = figure.name
    chart.add_xml_filter(_named(translate(figure.title), translate(figure.told)))
    drawn: bytes = chart.render()
    return drawn


def _drawn(value: int | Decimal) -> int | None:
    """Whole numbers, of euros the cents, for pygal takes no Decimal; nought is no bar and has no label."""
    return (int(value.scaleb(2)) if isinstance(value, Decimal) else value) or None


def _style(colours: list[str], dark: bool) -> Style:
    ink, soft, guide = INK[dark]
    return Style(
        background="transparent", plot_background="transparent", foreground=soft, foreground_strong=ink,
        foreground_subtle=guide, guide_stroke_color=guide, major_guide_stroke_color=guide, opacity="1",
        opacity_hover="1", transition="0", colors=tuple(colours), font_family=FONT, label_font_size=12,
        major_label_font_size=12, legend_font_size=13, value_font_size=13, title_font_size=13,
        value_colors=(ink,) * len(colours),
        guide_stroke_dasharray="2,4", major_guide_stroke_dasharray="2,4")


def _named(title: str, told: str) -> Callable[[Any], Any]:
    """A filter that gives the picture its name and description, and takes out the scripts that pygal leaves in."""
    def put(root: Any) -> Any:
        for script in list(root.iter("{*}script")):
            script.getparent().remove(script)
        for place, (tag, words) in enumerate((("title", title), ("desc", told))):
            element = etree.Element(f"{{{root.nsmap[None]}}}{tag}" if None in root.nsmap else tag)
            element.text = words
            root.insert(place, element)
        root.set("role", "img")
        return root
    return put
