"""The plots of the report as inline SVG: no scripts, no fonts of their own, a title for screen readers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from question_bank.analysis.administration import Analysis
from question_bank.analysis.elements import Page
from question_bank.psychometrics.item_analysis import ItemFigures
from question_bank.psychometrics.reliability import expected_share
from question_bank.psychometrics.settings import NODES

_WIDTH, _HEIGHT = 560, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 52, 14, 44
_NAMED = 12


@dataclass(frozen=True, slots=True)
class _Scale:
    """From figures to places on the plot."""

    low: float
    high: float
    start: float
    end: float
    steps: int = 5

    def __call__(self, value: float) -> float:
        """The place of a value, held inside the plot."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Evenly spaced values, both ends too."""
        return [self.low + (self.high - self.low) * k / self.steps for k in range(self.steps + 1)]


def item_plot(page: Page, parent: Element, items: tuple[ItemFigures, ...]) -> None:
    """Discrimination over facility; items to look at are diamonds, the first dozen with their ids."""
    across = _Scale(0.0, 1.0, _LEFT, _WIDTH - _RIGHT)
    related = [figures.discrimination.value for figures in items if figures.discrimination]
    # Whole fifths, so that 0 is a tick.
    lowest, highest = math.floor(min([-0.2, *related]) * 5), math.ceil(max([0.8, *related]) * 5)
    up = _Scale(lowest / 5, highest / 5, _HEIGHT - _BOTTOM, _TOP, steps=highest - lowest)
    svg = _frame(page, parent, "plot.items", (across, up), ("facility", "discrimination"))
    page.add(svg, "line", x1=_n(across(0)), x2=_n(across(1)), y1=_n(up(0)), y2=_n(up(0)), class_="zero")
    named = 0
    for figures in sorted(items, key=lambda figures: bool(figures.flags)):
        if figures.facility is None or figures.discrimination is None:
            continue
        x, y = across(figures.facility.value), up(figures.discrimination.value)
        if figures.flags:
            points = f"{_n(x)},{_n(y - 6)} {_n(x + 6)},{_n(y)} {_n(x)},{_n(y + 6)} {_n(x - 6)},{_n(y)}"
            mark = page.add(svg, "polygon", points=points, class_="flagged")
            named += 1
            if named <= _NAMED:
                anchor = "end" if x > _WIDTH * 0.7 else "start"
                beside = x - 9 if anchor == "end" else x + 9
                page.add(svg, "text", figures.item_id, x=_n(beside), y=_n(y + 4), text_anchor=anchor)
        else:
            mark = page.add(svg, "circle", cx=_n(x), cy=_n(y), r="3", class_="item")
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
    across = _Scale(-4.0, 4.0, _LEFT, _WIDTH - _RIGHT, steps=8)
    up = _Scale(0.0, 1.0, _HEIGHT - _BOTTOM, _TOP)
    right = _Scale(0.0, float(information[inside].max()), _HEIGHT - _BOTTOM, _TOP)
    svg = _frame(page, parent, "plot.curves", (across, up), ("ability", "expected_share"))
    for scale, values, kind in ((up, shares, "share"), (right, information, "information")):
        points = " ".join(
            f"{_n(across(theta))},{_n(scale(value))}"
            for theta, value in zip(NODES[inside].tolist(), values[inside].tolist(), strict=True)
        )
        page.add(svg, "polyline", points=points, class_=kind)
    for tick in right.ticks():
        page.add(svg, "text", _label(tick), x=_n(_WIDTH - _RIGHT + 6), y=_n(right(tick) + 4))
    name = page.words("information")
    page.add(svg, "text", name, x=_n(_WIDTH - 4), y=_n(_HEIGHT - 8), text_anchor="end")
    if analysis.cut is not None and analysis.cut.theta is not None and abs(analysis.cut.theta) <= 4:
        x = _n(across(analysis.cut.theta))
        page.add(svg, "line", x1=x, x2=x, y1=_n(up(0)), y2=_n(up(1)), class_="cut")


def option_bars(page: Page, parent: Element, figures: ItemFigures) -> None:
    """How often each option was chosen: bars with numbers; the key's is outlined and says so."""
    row, across = 20, _Scale(0.0, 1.0, 150, 330)
    shown = sorted(figures.options, key=lambda option: (not option.in_key, -option.chosen, option.label))[:8]
    height = row * len(shown) + 4
    svg = page.add(parent, "svg", viewBox=f"0 0 480 {height}", class_="bars", role="img")
    page.add(svg, "title", page.words("options"))
    for place, option in enumerate(shown):
        y = place * row + 4
        label = page.words("option.key" if option.in_key else "option", value=option.label[:12])
        page.add(svg, "text", label, x="0", y=_n(y + 12))
        share = option.chosen / max(figures.n, 1)
        width = max(across(share) - across(0), 1.0)
        kind = "key" if option.in_key else "distractor"
        page.add(svg, "rect", x="150", y=_n(y), width=_n(width), height="14", class_=kind)
        said = f"{share:.0%}"
        if option.correlation is not None:
            said += " · " + page.words("option.correlation", value=f"{option.correlation:+.2f}")
        page.add(svg, "text", said, x=_n(156 + width), y=_n(y + 12))


def _frame(
    page: Page, parent: Element, title: str, scales: tuple[_Scale, _Scale], names: tuple[str, str]
) -> Element:
    """An empty plot with axes, ticks and names."""
    across, up = scales
    svg = page.add(parent, "svg", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", class_="plot", role="img")
    page.add(svg, "title", page.words(title))
    bottom, left = _n(up.start), _n(across.start)
    page.add(svg, "line", x1=left, x2=_n(across.end), y1=bottom, y2=bottom, class_="axis")
    page.add(svg, "line", x1=left, x2=left, y1=bottom, y2=_n(up.end), class_="axis")
    for tick in across.ticks():
        page.add(svg, "text", _label(tick), x=_n(across(tick)), y=_n(up.start + 16), text_anchor="middle")
    for tick in up.ticks():
        page.add(svg, "text", _label(tick), x=_n(across.start - 6), y=_n(up(tick) + 4), text_anchor="end")
    middle = _n((across.start + across.end) / 2)
    page.add(svg, "text", page.words(names[0]), x=middle, y=_n(_HEIGHT - 8), text_anchor="middle")
    turned = f"rotate(-90 12 {_n((up.start + up.end) / 2)})"
    page.add(
        svg,
        "text",
        page.words(names[1]),
        x="12",
        y=_n((up.start + up.end) / 2),
        text_anchor="middle",
        transform=turned,
    )
    return svg


def _label(value: float) -> str:
    """A tick's number, a zero without sign."""
    return f"{value:.1f}".replace("-0.0", "0.0") if abs(value) < 100 else f"{value:.0f}"


def _n(value: float) -> str:
    return f"{value:.1f}"
