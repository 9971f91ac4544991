"""The two curves of a soak as SVG, against the false-alarm rate that was set (logarithmic)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from proctor.evaluation.svg import draw_line, draw_text

_WIDTH, _HEIGHT = 440, 300
_LEFT, _TOP, _SIDE_X, _SIDE_Y = 58, 34, 360, 210


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One curve: its style (a class of the page), its name, and a value for each setting (None: no value)."""

    style: str
    name: str
    values: Sequence[float | None]


def draw_soak(
    parent: Element, title: str, axis: str, settings: Sequence[float], curves: Sequence[Curve]
) -> None:
    """One plot; settings: flags accepted per candidate-hour, > 0. The upper axis ends at a round number."""
    svg = SubElement(parent, "svg", {"viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "role": "img"})
    SubElement(svg, "title").text = title
    draw_text(svg, _LEFT, 18, title)
    highest = max((value for curve in curves for value in curve.values if value is not None), default=0.0)
    top = _ceiling(highest)
    for step in range(5):
        y = _up(step / 4)
        draw_line(svg, "grid", (_LEFT, y), (_LEFT + _SIDE_X, y))
        draw_text(svg, _LEFT - 6, y + 4, f"{top * step / 4:g}", anchor="end")
    places = [_across(setting, settings) for setting in settings]
    for setting, x in zip(settings, places, strict=True):
        draw_line(svg, "grid", (x, _TOP), (x, _TOP + _SIDE_Y))
        draw_text(svg, x, _TOP + _SIDE_Y + 16, f"{setting:g}", anchor="middle")
    draw_text(svg, _LEFT + _SIDE_X, _TOP + _SIDE_Y + 32, axis, anchor="end")
    for number, curve in enumerate(curves):
        told = [(x, value) for x, value in zip(places, curve.values, strict=True) if value is not None]
        points = " ".join(f"{x:.1f},{_up(value / top):.1f}" for x, value in told)
        SubElement(svg, "polyline", {"class": curve.style, "points": points})
        y = _TOP + _SIDE_Y + 32 + 18 * number
        draw_line(svg, curve.style, (_LEFT, y - 4), (_LEFT + 32, y - 4))
        draw_text(svg, _LEFT + 40, y, curve.name)


def _ceiling(highest: float) -> float:
    """A round number a little above."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1, 2, 4, 8, 20) if step * power >= highest)


def _across(setting: float, settings: Sequence[float]) -> float:
    low, high = math.log(min(settings)), math.log(max(settings))
    share = 0.5 if low == high else (math.log(setting) - low) / (high - low)
    return _LEFT + 20 + (_SIDE_X - 40) * share


def _up(share: float) -> float:
    return _TOP + _SIDE_Y * (1 - min(1.0, share))
