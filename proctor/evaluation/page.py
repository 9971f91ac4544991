"""The report as one page that needs nothing else, runs nothing and shows no face."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from proctor.evaluation.attacks import ApcerAtBpcer, AttackReport
from proctor.evaluation.det_plot import draw_det
from proctor.evaluation.report import FMRS, CountedRate, FnmrAtFmr, ProtocolReport, Report
from proctor.evaluation.soak_plot import Curve, draw_soak
from proctor.evaluation.words import LANGUAGES, WORDS

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
body { font: 15px/1.5 system-ui, "Noto Sans SC", "Microsoft YaHei", sans-serif; margin: 0 auto;
  max-width: 1280px; padding: 24px; color: #1c2530; background: #fff; }
h1 { font-size: 26px; margin: 0; } h2 { font-size: 19px; margin: 32px 0 8px; }
p { margin: 4px 0 10px; max-width: 84ch; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid #31628f; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #d5dbe2; padding: 4px 14px 4px 0; text-align: left; vertical-align: top; }
thead th { color: #465362; } td small { display: block; color: #465362; font-size: 13px; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(380px, 1fr)); gap: 12px 32px; }
svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: #1c2530; }
.grid { stroke: #d5dbe2; } .axis { stroke: #66727f; } .equal { stroke: #66727f; stroke-dasharray: 2 4; }
.all { fill: none; stroke: #31628f; stroke-width: 2; }
.listed { fill: none; stroke: #b3470b; stroke-width: 2; stroke-dasharray: 7 4; }
@media print { body { padding: 0; } tr, svg { break-inside: avoid; } }
"""
Cell = str | tuple[str, ...]


def page_of(report: Report, language: str = LANGUAGES[0]) -> str:
    """HTML, UTF-8; language: one of words.LANGUAGES."""
    return _Page(report, LANGUAGES.index(language)).text()


class _Page:
    """The parts of the page in order."""

    def __init__(self, report: Report, column: int) -> None:
        self._report = report
        self._column = column
        self._root = Element("html", {"lang": LANGUAGES[column]})
        head = _add(self._root, "head")
        _add(head, "meta", charset="utf-8")
        SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
        _add(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
        _add(head, "title", self._words("title", engine=report.engine))
        _add(head, "style", _STYLE)
        self._main = _add(_add(self._root, "body"), "main")

    def text(self) -> str:
        """The whole document."""
        report = self._report
        _add(self._main, "h1", self._words("title", engine=report.engine))
        about = {"data": report.data, "date": report.measured_on, "calibrated": report.calibrated_on or "-"}
        counts = {"pictures": str(report.pictures), "persons": str(report.persons)}
        for key in ("about", "limits", "terms"):
            _add(self._main, "p", self._words(key, **about, **counts))
        self._acquisition()
        self._verification()
        self._curves()
        self._door()
        self._attacks()
        self._soak()
        return "<!DOCTYPE html>\n" + tostring(self._root, encoding="unicode", method="html") + "\n"

    def _acquisition(self) -> None:
        found = self._report.acquisition
        why = ", ".join(f"{code} {count}" for code, count in found.failures.items()) or self._words("none")
        _add(self._main, "h2", self._words("acquisition"))
        _add(
            self._main, "p", self._words("acquired", fta=_rate(found.fta), fte=_rate(found.fte), failures=why)
        )
        self._table(
            ("set", "pictures", "failures", "rate"),
            [
                (name, str(rate.trials), str(rate.errors), _rate(rate))
                for name, rate in sorted(found.by_set.items())
            ],
        )

    def _verification(self) -> None:
        _add(self._main, "h2", self._words("verification"))
        rows: list[tuple[Cell, ...]] = [
            (
                f"{one.name} {one.kind}",
                f"{one.mated} ({one.persons})",
                self._words(protocol.protocol, count=f"{protocol.non_mated:,}"),
                _percent(protocol.eer),
                *(self._step(protocol, fmr) for fmr in FMRS),
            )
            for one in self._report.sets
            for protocol in one.protocols
        ]
        named = [self._words("fnmr_at", fmr=_percent(fmr)) for fmr in FMRS]
        self._table(("set", "mated", "protocol", "eer"), rows, named)

    def _step(self, protocol: ProtocolReport, fmr: float) -> Cell:
        for step in protocol.steps:
            if step.fmr == fmr:
                return (_rate(step.fnmr), *self._by_person(step))
        return self._words("too_few")

    def _by_person(self, step: FnmrAtFmr) -> list[str]:
        low, high = _percent(step.low_by_person), _percent(step.high_by_person)
        lines = [self._words("by_person", low=low, high=high)]
        if step.cross_fmr is not None and step.cross_fnmr is not None:
            rates = {"fmr": _percent(step.cross_fmr), "fnmr": _percent(step.cross_fnmr)}
            lines.append(self._words("cross", **rates))
        return lines

    def _curves(self) -> None:
        _add(self._main, "h2", self._words("curves"))
        plots = _add(self._main, "div", class_="plots")
        for one in self._report.sets:
            draw_det(
                plots,
                one.protocols,
                title=self._words("curve", name=f"{one.name} {one.kind}"),
                axes=(self._words("axis_fmr"), self._words("axis_fnmr")),
                legend={
                    protocol.protocol: self._words(protocol.protocol, count=f"{protocol.non_mated:,}")
                    for protocol in one.protocols
                },
            )

    def _door(self) -> None:
        _add(self._main, "h2", self._words("door"))
        self._table(
            ("set", "fmr", "fnmr", "cllr"),
            [
                (
                    f"{one.name} {one.kind}",
                    _rate(one.fmr_at_door),
                    _rate(one.fnmr_at_door),
                    "-" if one.cllr is None else f"{one.cllr:.3f}",
                )
                for one in self._report.sets
            ],
        )
        rows: list[tuple[Cell, ...]] = [
            (
                f"{one.name} {one.kind}",
                f"{each.population} ({each.persons})",
                _rate(each.fmr),
                _rate(each.fnmr),
            )
            for one in self._report.sets
            for each in one.populations
        ]
        if rows:
            _add(self._main, "h2", self._words("populations"))
            self._table(("set", "population", "fmr", "fnmr"), rows)

    def _attacks(self) -> None:
        _add(self._main, "h2", self._words("attacks"))
        attacks = self._report.attacks
        if not attacks:
            _add(self._main, "p", self._words("unmeasured"))
            return
        worst = max(attacks, key=lambda one: one.steps[0].apcer)
        _add(self._main, "p", self._words("worst", species=f"{worst.name} {worst.species}"))
        named = [
            self._words("apcer_at", bpcer=_percent(step.bpcer_stated))
            if step.bpcer_stated
            else self._words("apcer_own")
            for step in attacks[0].steps
        ]
        rows = [self._attack(one) for one in attacks]
        self._table(("set", "species", "bona_fide", "non_response"), rows, named)

    def _attack(self, one: AttackReport) -> tuple[Cell, ...]:
        return (
            one.name,
            f"{one.species} ({one.attacks}, {one.persons})",
            str(one.bona_fide),
            f"{_percent(one.apnrr)} / {_percent(one.bpnrr)}",
            *(self._attack_step(step) for step in one.steps),
        )

    def _attack_step(self, step: ApcerAtBpcer) -> Cell:
        apcer = f"{_percent(step.apcer)} ({_percent(step.low)}–{_percent(step.high)})"
        low, high = _percent(step.low_by_person), _percent(step.high_by_person)
        return (
            self._words("with_bpcer", apcer=apcer, bpcer=_percent(step.bpcer)),
            self._words("by_person", low=low, high=high),
        )

    def _soak(self) -> None:
        points = self._report.soak
        if not points:
            return
        _add(self._main, "h2", self._words("soak"))
        _add(
            self._main,
            "p",
            self._words("soak_about", hours=f"{points[0].hours:g}", swaps=str(points[0].swaps)),
        )
        self._table(
            ("setting", "flags", "flag_rate", "attack_flags", "found", "delays"),
            [
                (
                    f"{one.setting:g}",
                    str(one.flags),
                    f"{one.rate:.3f} ({one.rate_low:.3f}–{one.rate_high:.3f})",
                    str(one.presentation_flags),
                    f"{one.found} / {one.swaps}",
                    " / ".join(
                        "-" if delay is None else f"{delay:.1f}"
                        for delay in (one.delay_median, one.delay_p95, one.delay_longest)
                    ),
                )
                for one in points
            ],
        )
        settings = [one.setting for one in points]
        plots = _add(self._main, "div", class_="plots")
        rates = (
            Curve(style="all", name=self._words("observed"), values=[one.rate for one in points]),
            Curve(style="listed", name=self._words("at_most"), values=[one.rate_high for one in points]),
        )
        delays = (
            Curve(style="all", name=self._words("median"), values=[one.delay_median for one in points]),
            Curve(style="listed", name=self._words("p95"), values=[one.delay_p95 for one in points]),
        )
        draw_soak(plots, self._words("flag_curve"), self._words("setting"), settings, rates)
        draw_soak(plots, self._words("delay_curve"), self._words("setting"), settings, delays)

    def _table(
        self, columns: tuple[str, ...], rows: Sequence[tuple[Cell, ...]], named: Sequence[str] = ()
    ) -> None:
        """columns: keys of words; named: further headings as they are. The first cell names the row."""
        around = _add(self._main, "div", class_="scroll", tabindex="0")
        table = _add(around, "table")
        head = _add(_add(table, "thead"), "tr")
        for title in (*(self._words(key) for key in columns), *named):
            _add(head, "th", title, scope="col")
        body = _add(table, "tbody")
        for row in rows:
            line = _add(body, "tr")
            for place, cell in enumerate(row):
                first, *more = (cell,) if isinstance(cell, str) else cell
                tag = _add(line, "td", first) if place else _add(line, "th", first, scope="row")
                for text in more:
                    _add(tag, "small", text)

    def _words(self, key: str, **parts: str) -> str:
        return WORDS[key][self._column].format_map(parts)


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    child = SubElement(parent, tag, {name.rstrip("_"): value for name, value in attributes.items()})
    child.text = text or None
    return child


def _percent(value: float) -> str:
    # A narrow no-break space, so that no line ends between number and sign.
    return f"{100 * value:.2f}\u202f%" if value < 0.1 else f"{100 * value:.1f}\u202f%"


def _rate(rate: CountedRate) -> str:
    return f"{_percent(rate.value)} ({_percent(rate.low)}–{_percent(rate.high)})"
