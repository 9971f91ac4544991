"""DET curves as SVG, both axes as normal deviates (Martin et al. 1997), so that normal scores give a line."""

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from xml.etree.ElementTree import Element, SubElement

from proctor.evaluation.report import ProtocolReport
from proctor.evaluation.svg import draw_line, draw_text

_WIDTH, _HEIGHT = 440, 400
_LEFT, _TOP, _SIDE_X, _SIDE_Y = 58, 34, 360, 300
_TICKS = (0.001, 0.01, 0.05, 0.2, 0.5)
_LOWEST, _HIGHEST = 0.0005, 0.6
_NORMAL = NormalDist()


def draw_det(
    parent: Element,
    protocols: Sequence[ProtocolReport],
    *,
    title: str,
    axes: tuple[str, str],
    legend: Mapping[str, str],
) -> None:
    """One plot; rates below 0.05 % lie on the edge. axes: names of FMR and FNMR."""
    svg = SubElement(parent, "svg", {"viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "role": "img"})
    SubElement(svg, "title").text = title
    draw_text(svg, _LEFT, 18, title)
    for rate in _TICKS:
        x, y = _across(rate), _up(rate)
        draw_line(svg, "grid", (x, _TOP), (x, _TOP + _SIDE_Y))
        draw_line(svg, "grid", (_LEFT, y), (_LEFT + _SIDE_X, y))
        draw_text(svg, x, _TOP + _SIDE_Y + 16, f"{100 * rate:g} %", anchor="middle")
        draw_text(svg, _LEFT - 6, y + 4, f"{100 * rate:g} %", anchor="end")
    draw_line(svg, "equal", (_LEFT, _TOP + _SIDE_Y), (_LEFT + _SIDE_X, _TOP))
    draw_line(svg, "axis", (_LEFT, _TOP), (_LEFT, _TOP + _SIDE_Y))
    draw_line(svg, "axis", (_LEFT, _TOP + _SIDE_Y), (_LEFT + _SIDE_X, _TOP + _SIDE_Y))
    draw_text(svg, _LEFT + _SIDE_X, _TOP + _SIDE_Y + 32, axes[0], anchor="end")
    draw_text(svg, 4, _TOP - 4, axes[1])
    for place, protocol in enumerate(protocols):
        points = " ".join(f"{_across(one.fmr):.1f},{_up(one.fnmr):.1f}" for one in protocol.det)
        SubElement(svg, "polyline", {"class": protocol.protocol, "points": points})
        y = _TOP + _SIDE_Y + 34 + 18 * place
        draw_line(svg, protocol.protocol, (_LEFT, y - 4), (_LEFT + 32, y - 4))
        draw_text(svg, _LEFT + 40, y, legend[protocol.protocol])


def _share(rate: float) -> float:
    """0..1 along an axis."""
    low, high = _NORMAL.inv_cdf(_LOWEST), _NORMAL.inv_cdf(_HIGHEST)
    return (_NORMAL.inv_cdf(min(max(rate, _LOWEST), _HIGHEST)) - low) / (high - low)


def _across(rate: float) -> float:
    return _LEFT + _SIDE_X * _share(rate)


def _up(rate: float) -> float:
    return _TOP + _SIDE_Y * (1 - _share(rate))
