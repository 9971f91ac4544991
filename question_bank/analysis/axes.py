"""The axes of a plot as inline SVG: scales, ticks and names."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from question_bank.analysis.elements import Page

WIDTH, HEIGHT = 560, 340
LEFT, RIGHT, TOP, BOTTOM = 52, 52, 14, 44


@dataclass(frozen=True, slots=True)
class Scale:
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


def frame(
    page: Page, parent: Element, title: str, scales: tuple[Scale, Scale], names: tuple[str, str]
) -> Element:
    """An empty plot with axes, ticks and names."""
    across, up = scales
    svg = page.add(parent, "svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", class_="plot", role="img")
    page.add(svg, "title", page.words(title))
    bottom, left = place_text(up.start), place_text(across.start)
    page.add(svg, "line", x1=left, x2=place_text(across.end), y1=bottom, y2=bottom, class_="axis")
    page.add(svg, "line", x1=left, x2=left, y1=bottom, y2=place_text(up.end), class_="axis")
    for tick in across.ticks():
        page.add(
            svg,
            "text",
            tick_text(tick),
            x=place_text(across(tick)),
            y=place_text(up.start + 16),
            text_anchor="middle",
        )
    for tick in up.ticks():
        page.add(
            svg,
            "text",
            tick_text(tick),
            x=place_text(across.start - 6),
            y=place_text(up(tick) + 4),
            text_anchor="end",
        )
    middle = place_text((across.start + across.end) / 2)
    page.add(svg, "text", page.words(names[0]), x=middle, y=place_text(HEIGHT - 8), text_anchor="middle")
    turned = f"rotate(-90 12 {place_text((up.start + up.end) / 2)})"
    page.add(
        svg,
        "text",
        page.words(names[1]),
        x="12",
        y=place_text((up.start + up.end) / 2),
        text_anchor="middle",
        transform=turned,
    )
    return svg


def tick_text(value: float) -> str:
    """A tick's number, a zero without sign."""
    return f"{value:.1f}".replace("-0.0", "0.0") if abs(value) < 100 else f"{value:.0f}"


def place_text(value: float) -> str:
    """A place in the picture, to a tenth of its unit."""
    return f"{value:.1f}"
