"""Every colour pair that the pages use keeps the WCAG 2.2 AA floor, in all three themes."""

import re

import pytest

from app.web import pages

TEXT, SHAPE = 4.5, 3.0
SURFACES = ("page", "surface", "sunken", "raised")
TINTS = ("ok", "do", "look", "stop", "action")

PAIRS: list[tuple[str, str, float]] = [
    *((ink, s, TEXT) for s in SURFACES for ink in ("ink", "ink-2", "ink-3", "idle")),
    *((ink, s, TEXT) for s in SURFACES for ink in ("action", "ok", "do", "stop", "look-ink")),
    *(("line-strong", s, SHAPE) for s in SURFACES),
    *(("focus", s, SHAPE) for s in SURFACES),
    *((name, f"{name}-tint", TEXT) for name in ("ok", "do", "stop", "action")),
    ("look-ink", "look-tint", TEXT),
    *((ink, f"{tint}-tint", TEXT) for tint in TINTS for ink in ("ink", "ink-2")),
    ("on-action", "action", TEXT),
    ("on-action", "action-strong", TEXT),
    *(("on-status", name, TEXT) for name in ("ok", "do", "stop", "stop-strong")),
    ("on-look", "look", TEXT),
    ("surface", "ink", TEXT),
    *(("chart-mark", s, SHAPE) for s in ("surface", "chart")),
    ("chart", "surface", SHAPE),
    *((name, tint, SHAPE) for name in ("focus", "line-strong") for tint in ("action-tint", "look-tint")),
]


def channel(value: int) -> float:
    c = value / 255
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2.2)."""
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)


def ratio(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def themes() -> dict[str, dict[str, str]]:
    css = (pages.STATIC / "css" / "tokens.css").read_text(encoding="utf-8")

    def block(selector: str) -> dict[str, str]:
        body = re.search(re.escape(selector) + r"\s*\{(.*?)\n  \}", css, re.DOTALL)
        assert body, selector
        return dict(re.findall(r"--c-([\w-]+):\s*(#[0-9a-f]{6})", body[1]))

    light = block(":root")
    return {
        "light": light,
        "dark": {**light, **block('[data-theme="dark"]')},
        "more": {**light, **block('[data-contrast="more"]')},
    }


@pytest.mark.parametrize("theme", ["light", "dark", "more"])
def test_pairs_keep_their_floor(theme: str) -> None:
    colours = themes()[theme]
    under = {
        (fg, bg): ratio(colours[fg], colours[bg])
        for fg, bg, floor in PAIRS
        if ratio(colours[fg], colours[bg]) < floor
    }
    assert under == {}


def test_ratio_of_black_on_white_is_21() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)


def test_only_tokens_name_colours() -> None:
    for sheet in (pages.STATIC / "css").glob("*.css"):
        if sheet.name != "tokens.css":
            rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules) == [], sheet.name
