"""The plots of the report as inline SVG: no scripts, no fonts of their own, a title for screen readers."""

from __future__ import annotations

import math
from xml.etree.ElementTree import Element

from question_bank.analysis.administration import Analysis
from question_bank.analysis.axes import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Scale,
    frame,
    place_text,
    tick_text,
)
from question_bank.analysis.elements import Page
from question_bank.psychometrics.item_analysis import ItemFigures
from question_bank.psychometrics.reliability import expected_share
from question_bank.psychometrics.settings import NODES

_NAMED = 12


def item_plot(page: Page, parent: Element, items: tuple[ItemFigures, ...]) -> None:
    """Discrimination over facility; items to look at are diamonds, the first dozen with their ids."""
    across = Scale(0.0, 1.0, LEFT, WIDTH - RIGHT)
    related = [figures.discrimination.value for figures in items if figures.discrimination]
    # Whole fifths, so that 0 is a tick.
    lowest, highest = math.floor(min([-0.2, *related]) * 5), math.ceil(max([0.8, *related]) * 5)
    up = Scale(lowest / 5, highest / 5, HEIGHT - BOTTOM, TOP, steps=highest - lowest)
    svg = frame(page, parent, "plot.items", (across, up), ("facility", "discrimination"))
    page.add(
        svg,
        "line",
        x1=place_text(across(0)),
        x2=place_text(across(1)),
        y1=place_text(up(0)),
        y2=place_text(up(0)),
        class_="zero",
    )
    named = 0
    for figures in sorted(items, key=lambda figures: bool(figures.flags)):
        if figures.facility is None or figures.discrimination is None:
            continue
        x, y = across(figures.facility.value), up(figures.discrimination.value)
        if figures.flags:
            corners = ((x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y))
            points = " ".join(f"{place_text(right)},{place_text(down)}" for right, down in corners)
            mark = page.add(svg, "polygon", points=points, class_="flagged")
            named += 1
            if named <= _NAMED:
                anchor = "end" if x > WIDTH * 0.7 else "start"
                beside = x - 9 if anchor == "end" else x + 9
                page.add(
                    svg,
                    "text",
                    figures.item_id,
                    x=place_text(beside),
                    y=place_text(y + 4),
                    text_anchor=anchor,
                )
        else:
            mark = page.add(svg, "circle", cx=place_text(x), cy=place_text(y), r="3", class_="item")
        page.add(mark, "title", figures.item_id)


def curve_plot(page: Page, parent: Element, analysis: Analysis) -> None:
    """The test characteristic curve, the information, and where the cut is."""
    shares = expected_share(analysis.calibration)
    if not len(shares):
        page.add(parent, "p", page.words("none"))
        return
    curves = analysis.calibration.curves.chosen(analysis.calibration.estimated)
    information = curves.information(NODES).sum(axis=0)
    inside = (NODES >= -4) & (NODES <= 4)
    across = Scale(-4.0, 4.0, LEFT, WIDTH - RIGHT, steps=8)
    up = Scale(0.0, 1.0, HEIGHT - BOTTOM, TOP)
    right = Scale(0.0, float(information[inside].max()), HEIGHT - BOTTOM, TOP)
    svg = frame(page, parent, "plot.curves", (across, up), ("ability", "expected_share"))
    for scale, values, kind in ((up, shares, "share"), (right, information, "information")):
        points = " ".join(
            f"{place_text(across(theta))},{place_text(scale(value))}"
            for theta, value in zip(NODES[inside].tolist(), values[inside].tolist(), strict=True)
        )
        page.add(svg, "polyline", points=points, class_=kind)
    for tick in right.ticks():
        page.add(svg, "text", tick_text(tick), x=place_text(WIDTH - RIGHT + 6), y=place_text(right(tick) + 4))
    name = page.words("information")
    page.add(svg, "text", name, x=place_text(WIDTH - 4), y=place_text(HEIGHT - 8), text_anchor="end")
    if analysis.cut is not None and analysis.cut.theta is not None and abs(analysis.cut.theta) <= 4:
        x = place_text(across(analysis.cut.theta))
        page.add(svg, "line", x1=x, x2=x, y1=place_text(up(0)), y2=place_text(up(1)), class_="cut")


def option_bars(page: Page, parent: Element, figures: ItemFigures) -> None:
    """How often each option was chosen: bars with numbers; the key's is outlined and says so."""
    row, across = 20, Scale(0.0, 1.0, 150, 330)
    shown = sorted(figures.options, key=lambda option: (not option.in_key, -option.chosen, option.label))[:8]
    height = row * len(shown) + 4
    svg = page.add(parent, "svg", viewBox=f"0 0 480 {height}", class_="bars", role="img")
    page.add(svg, "title", page.words("options"))
    for place, option in enumerate(shown):
        y = place * row + 4
        label = page.words("option.key" if option.in_key else "option", value=option.label[:12])
        page.add(svg, "text", label, x="0", y=place_text(y + 12))
        share = option.chosen / max(figures.n, 1)
        width = max(across(share) - across(0), 1.0)
        kind = "key" if option.in_key else "distractor"
        page.add(svg, "rect", x="150", y=place_text(y), width=place_text(width), height="14", class_=kind)
        said = f"{share:.0%}"
        if option.correlation is not None:
            said += " · " + page.words("option.correlation", value=f"{option.correlation:+.2f}")
        page.add(svg, "text", said, x=place_text(156 + width), y=place_text(y + 12))
