"""The report for people: one HTML file that needs nothing else and runs nothing."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from question_bank.analysis.administration import Analysis
from question_bank.analysis.elements import Page, html_bytes, new_document
from question_bank.analysis.plots import curve_plot, item_plot, option_bars
from question_bank.forensics.findings import Finding, FindingKind
from question_bank.psychometrics.item_analysis import ItemFigures
from question_bank.statistics import ItemFlag

_LISTED_FINDINGS = 100
_LISTED_ITEMS = 2_000
_PICTURED_ITEMS = 60
_NAMED_ITEMS = 12


def report_html(analysis: Analysis, source: str, language: str) -> bytes:
    """The report in `zh-CN` or `en`; `source` names the response file."""
    page = Page(language)
    root, body = new_document(page, f"{page.words('title')} · {source}")
    page.add(body, "h1", page.words("title"))
    page.add(body, "p", page.words("source", value=source))
    page.add(body, "p", page.words("about"), class_="about")
    _summary(page, body, analysis)
    plots = page.add(body, "div", class_="plots")
    for key, draw in (("plot.items", _draw_items), ("plot.curves", curve_plot)):
        section = page.add(plots, "section")
        page.heading(section, key)
        page.add(section, "p", page.words(f"{key}.about"))
        draw(page, section, analysis)
    _items_to_look_at(page, body, analysis)
    _findings(page, body, analysis)
    _all_items(page, body, analysis)
    return html_bytes(root)


def _draw_items(page: Page, parent: Element, analysis: Analysis) -> None:
    item_plot(page, parent, analysis.items)


def _summary(page: Page, parent: Element, analysis: Analysis) -> None:
    rows, calibration, exact = analysis.observations, analysis.calibration, analysis.reliability
    page.heading(parent, "summary")
    kr20 = page.words("kr20.other_forms") if exact.kr20 is None else f"{exact.kr20:.3f}"
    convergence = "converged" if calibration.converged else "not_converged"
    pairs = analysis.similarity.compared
    figures = [
        (page.words("candidates"), f"{len(rows.candidates):,}"),
        (page.words("items"), f"{len(rows.items):,}"),
        (page.words("responses"), f"{len(rows.person):,}"),
        (page.words("model"), page.words(f"model.{calibration.model.value}")),
        (page.words("estimated"), f"{int(calibration.estimated.sum()):,}"),
        (page.words("convergence"), page.words(convergence, value=str(calibration.cycles))),
        (page.words("kr20"), kr20),
        (page.words("marginal"), f"{exact.marginal:.3f}"),
        (page.words("score_error"), f"{exact.score_error:.1%}"),
        (page.words("overlap"), f"{analysis.exposure.mean_overlap:.1f}"),
        (page.words("pairs"), f"{pairs:,}" if pairs else page.words("pairs.none")),
        *_cut(page, analysis),
    ]
    listing = page.add(parent, "dl")
    for name, value in figures:
        group = page.add(listing, "div")
        page.add(group, "dt", name)
        page.add(group, "dd", value)


def _cut(page: Page, analysis: Analysis) -> list[tuple[str, str]]:
    cut = analysis.cut
    if cut is None:
        return []
    shown = [(page.words("cut", value=f"{cut.share:.0%}"), _number(cut.theta))]
    if cut.accuracy is not None and cut.consistency is not None:
        shown.append((page.words("cut.accuracy"), f"{cut.accuracy:.1%}"))
        shown.append((page.words("cut.consistency"), f"{cut.consistency:.1%}"))
    return shown


def _items_to_look_at(page: Page, parent: Element, analysis: Analysis) -> None:
    page.heading(parent, "to_look_at")
    flagged = sorted((figures for figures in analysis.items if figures.flags), key=_urgency)
    if not flagged:
        page.add(parent, "p", page.words("none"))
        return
    columns = ("item", "n", "facility", "interval", "discrimination", "rate", "reason")
    page.table(parent, columns, [_flagged_row(page, figures) for figures in flagged[:_LISTED_ITEMS]])
    suspects = [figures for figures in flagged if figures.options and _key_in_question(figures)]
    if not suspects:
        return
    page.heading(parent, "options")
    pictures = page.add(parent, "div", class_="pictures")
    for figures in suspects[:_PICTURED_ITEMS]:
        section = page.add(pictures, "section")
        page.add(section, "h3", figures.item_id)
        option_bars(page, section, figures)


def _key_in_question(figures: ItemFigures) -> bool:
    return bool({ItemFlag.NEGATIVE_DISCRIMINATION, ItemFlag.DISTRACTOR_OVER_KEY} & set(figures.flags))


def _urgency(figures: ItemFigures) -> tuple[bool, float, str]:
    """Doubtful keys first, then the lowest discrimination."""
    related = figures.discrimination.value if figures.discrimination else 1.0
    return not _key_in_question(figures), related, figures.item_id


def _flagged_row(page: Page, figures: ItemFigures) -> tuple[str, ...]:
    rates = [option.rate_over_key for option in figures.options if option.rate_over_key is not None]
    rates += [figures.rate_negative] if figures.rate_negative is not None else []
    shown = min(rates) if rates and _key_in_question(figures) else None
    return (
        figures.item_id,
        str(figures.n),
        f"{figures.facility.value:.2f}" if figures.facility else "–",
        f"{figures.facility.low:.2f}–{figures.facility.high:.2f}" if figures.facility else "–",
        f"{figures.discrimination.value:+.2f}" if figures.discrimination else "–",
        _rate(shown) if shown is not None else "–",
        page.words("separator").join(page.words(f"flag.{flag.value}") for flag in figures.flags),
    )


def _findings(page: Page, parent: Element, analysis: Analysis) -> None:
    page.heading(parent, "findings")
    for kind in FindingKind:
        page.add(parent, "h3", page.words(f"kind.{kind.value}"))
        if kind is not FindingKind.SAME_ANSWERS and analysis.timing is None:
            page.add(parent, "p", page.words("no_times"))
            continue
        page.add(parent, "p", page.words(f"kind.{kind.value}.about"))
        found = [finding for finding in analysis.findings if finding.kind is kind]
        if not found:
            page.add(parent, "p", page.words("none"))
            continue
        columns = ("who", "observed", "expected", "p", "rate", "which_items")
        page.table(parent, columns, [_finding_row(page, finding) for finding in found[:_LISTED_FINDINGS]])
        if len(found) > _LISTED_FINDINGS:
            page.add(parent, "p", page.words("more", value=str(len(found) - _LISTED_FINDINGS)))


def _finding_row(page: Page, finding: Finding) -> tuple[str, ...]:
    items = ", ".join(finding.items[:_NAMED_ITEMS])
    if len(finding.items) > _NAMED_ITEMS:
        items += page.words("and_more", value=str(len(finding.items) - _NAMED_ITEMS))
    return (
        " · ".join(finding.candidates),
        f"{finding.observed:.4g}",
        f"{finding.expected:.3g}",
        f"{finding.p:.2g}",
        _rate(finding.rate),
        items or "–",
    )


def _all_items(page: Page, parent: Element, analysis: Analysis) -> None:
    page.heading(parent, "all_items")
    calibration = analysis.calibration
    columns = ("item", "n", "omitted", "not_reached", "facility", "discrimination", "status")
    rows: list[tuple[str, ...]] = []
    for j, figures in enumerate(analysis.items[:_LISTED_ITEMS]):
        rows.append(
            (
                figures.item_id,
                str(figures.n),
                str(figures.omitted),
                str(figures.not_reached),
                f"{figures.facility.value:.2f}" if figures.facility else "–",
                f"{figures.discrimination.value:+.2f}" if figures.discrimination else "–",
                page.words(f"status.{calibration.status[j].value}"),
                _with_error(calibration.curves.a[j], calibration.se_a[j]),
                _with_error(calibration.curves.b[j], calibration.se_b[j]),
            )
        )
    page.table(parent, (*columns, "slope", "difficulty"), rows)
    if len(analysis.items) > _LISTED_ITEMS:
        page.add(parent, "p", page.words("more", value=str(len(analysis.items) - _LISTED_ITEMS)))


def _with_error(value: float, error: float) -> str:
    return "–" if value != value else f"{value:.2f} ({error:.2f})"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _rate(value: float) -> str:
    return f"{value:.1%}" if value >= 0.001 else "< 0.1%"
