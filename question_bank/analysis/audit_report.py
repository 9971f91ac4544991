"""The publish audit for people: one HTML file that needs nothing else and runs nothing.

It shows the audit's document, so a kept document can be shown again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from question_bank.analysis.axes import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Scale, frame, place_text
from question_bank.analysis.elements import Page, html_bytes, new_document
from question_bank.supply import RowKind

_LISTED_FORCED = 200
_MUST_KNOW = (RowKind.FORM_MUST_KNOW, RowKind.SECTION_MUST_KNOW)

# What `publishing.audit.audit_document` made.
Document = dict[str, Any]


def audit_html(document: Document, title: str, language: str) -> bytes:
    """The report in `zh-CN` or `en`; `title` is the blueprint's."""
    page = Page(language)
    heading = page.words("audit.title", value=title)
    root, body = new_document(page, heading)
    page.add(body, "h1", heading)
    basis = page.words(f"audit.basis.{document['basis']}")
    about = page.words("audit.about", forms=f"{document['forms']:,}", basis=basis)
    page.add(body, "p", about, class_="about")
    _summary(page, body, document)
    page.heading(body, "audit.hardness")
    if document["comparison"] is None:
        page.add(body, "p", page.words("audit.not_compared"))
    else:
        _hardness(page, body, document["comparison"])
    plots = page.add(body, "div", class_="plots")
    if document["comparison"] is not None:
        _plot(page, plots, "audit.band")
        band_plot(page, plots[-1], document["comparison"])
    _plot(page, plots, "audit.exposure")
    exposure_plot(page, plots[-1], document["exposure"])
    _forced(page, body, document["forced"])
    _bottleneck(page, body, document["bottleneck"])
    return html_bytes(root)


def _plot(page: Page, plots: Element, key: str) -> None:
    section = page.add(plots, "section")
    page.heading(section, key)
    page.add(section, "p", page.words(f"{key}.about"))


def _summary(page: Page, parent: Element, document: Document) -> None:
    exposure = document["exposure"]
    cap = page.words("audit.no_cap") if exposure["cap"] is None else f"{exposure['cap'] / 10:g}%"
    figures = [
        ("audit.slots", f"{document['slots']:,}"),
        ("audit.items", f"{document['items']:,}"),
        ("audit.log10_forms", f"10^{math.floor(float(document['log10_forms']))}"),
        ("audit.minimum", f"{exposure['minimum'] / 10:g}%"),
        ("audit.largest", f"{exposure['largest'] / 10:g}%"),
        ("audit.cap", cap),
        ("audit.overlap", f"{float(document['mean_overlap']):.1f}"),
    ]
    listing = page.add(parent, "dl")
    for key, value in figures:
        group = page.add(listing, "div")
        page.add(group, "dt", page.words(key))
        page.add(group, "dd", value)


def _hardness(page: Page, parent: Element, comparison: Document) -> None:
    both = (comparison["matched"], comparison["random"])
    expected = [hardness["expected"] for hardness in both]
    rows: list[tuple[str, ...]] = [
        (page.words("audit.expected"), *(f"{float(spread['mean']):.2f}" for spread in expected)),
        (page.words("audit.sd"), *(f"{float(spread['sd']):.3f}" for spread in expected)),
        (
            page.words("audit.range"),
            *(f"{float(spread['low']):.2f} – {float(spread['high']):.2f}" for spread in expected),
        ),
    ]
    if all(hardness["passing"] is not None for hardness in both):
        passing = [hardness["passing"] for hardness in both]
        shares = (f"{float(spread['low']):.1%} – {float(spread['high']):.1%}" for spread in passing)
        rows.append((page.words("audit.passing"), *shares))
    page.table(parent, ("audit.figure", "audit.by_plan", "audit.by_chance"), rows)
    page.add(parent, "p", page.words("audit.limits"))


def band_plot(page: Page, parent: Element, comparison: Document) -> None:
    """Both bands of characteristic curves, as differences from the average form."""
    abilities, average = _numbers(comparison["abilities"]), _numbers(comparison["average"])
    bands = {
        name: [
            [value - middle for value, middle in zip(_numbers(comparison[name][edge]), average, strict=True)]
            for edge in ("low", "high")
        ]
        for name in ("random", "matched")
    }
    most = max(1.0, *(abs(value) for band in bands.values() for edge in band for value in edge))
    reach = math.ceil(most)
    across = Scale(abilities[0], abilities[-1], LEFT, WIDTH - RIGHT, steps=6)
    up = Scale(-reach, reach, HEIGHT - BOTTOM, TOP, steps=4)
    svg = frame(page, parent, "audit.band", (across, up), ("ability", "audit.points_off"))
    for name, kind in (("random", "band-random"), ("matched", "band")):
        low, high = bands[name]
        there = zip(abilities, high, strict=True)
        back = zip(reversed(abilities), reversed(low), strict=True)
        corners = [f"{place_text(across(x))},{place_text(up(y))}" for x, y in (*there, *back)]
        page.add(svg, "polygon", points=" ".join(corners), class_=kind)
    _upright(page, svg, across(float(comparison["theta"])), "cut")


def exposure_plot(page: Page, parent: Element, exposure: Document) -> None:
    """How many items are in which share of the forms, with the structural minimum and the cap."""
    bins, width = exposure["bins"], exposure["bin"] / 10
    across = Scale(0.0, len(bins) * width, LEFT, WIDTH - RIGHT)
    up = Scale(0.0, float(max(5, math.ceil(max(bins) / 5) * 5)), HEIGHT - BOTTOM, TOP)
    svg = frame(page, parent, "audit.exposure", (across, up), ("audit.share", "audit.count"))
    for place, count in enumerate(bins):
        left, right = across(place * width), across((place + 1) * width)
        bar = page.add(
            svg,
            "rect",
            x=place_text(left + 1),
            y=place_text(up(count)),
            width=place_text(right - left - 2),
            height=place_text(up(0) - up(count)),
            class_="item",
        )
        page.add(bar, "title", f"{place * width:g}–{(place + 1) * width:g}%: {count}")
    _upright(page, svg, across(exposure["minimum"] / 10), "cut")
    if exposure["cap"] is not None:
        _upright(page, svg, across(exposure["cap"] / 10), "cap")


def _upright(page: Page, svg: Element, x: float, kind: str) -> None:
    at = place_text(x)
    page.add(svg, "line", x1=at, x2=at, y1=place_text(HEIGHT - BOTTOM), y2=place_text(TOP), class_=kind)


def _forced(page: Page, parent: Element, forced: Sequence[str]) -> None:
    page.heading(parent, "audit.forced")
    shown = ", ".join(forced[:_LISTED_FORCED]) or page.words("none")
    if len(forced) > _LISTED_FORCED:
        shown += page.words("and_more", value=str(len(forced) - _LISTED_FORCED))
    page.add(parent, "p", shown)


def _bottleneck(page: Page, parent: Element, bottleneck: Document) -> None:
    page.heading(parent, "audit.bottleneck")
    if not bottleneck["cells"]:
        page.add(parent, "p", page.words("none"))
        return
    if bottleneck["rules"]:
        page.add(parent, "p", page.words("audit.bottleneck.about", value=_names(page, bottleneck["rules"])))
    rows: list[tuple[str, ...]] = [
        (_names(page, cell["rules"]), str(cell["items"]), ", ".join(cell["first"]))
        for cell in bottleneck["first"]
    ]
    page.table(parent, ("audit.rules", "audit.members", "audit.first"), rows)


def _names(page: Page, rules: Sequence[Document]) -> str:
    must_know = page.words("audit.kind.must_know")
    names = [must_know if rule["kind"] in _MUST_KNOW else rule["label"] for rule in rules]
    return page.words("separator").join(dict.fromkeys(names))


def _numbers(texts: Sequence[str]) -> list[float]:
    return [float(text) for text in texts]
