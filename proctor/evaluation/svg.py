"""Lines and words of the report's plots."""

from xml.etree.ElementTree import Element, SubElement


def draw_line(svg: Element, style: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A line between two points (x to the right, y down); style: a class of the page."""
    ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    SubElement(svg, "line", {"class": style} | {name: f"{value:.1f}" for name, value in ends.items()})


def draw_text(svg: Element, x: float, y: float, text: str, *, anchor: str = "start") -> None:
    """Words at a point; anchor: start, middle or end of them."""
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}
    SubElement(svg, "text", place).text = text
