"""From the figures of an administration to leads with their evidence (pure).

Evidence is JSON with rounded figures: what a page draws and an examiner can work out again. Whether an answer
was right stands in it; who may not see keys is not sent that (`shown_evidence`).
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from app.forensics.rules import MAX_LEADS, Lead, LeadKind
from question_bank.analysis.administration import Analysis
from question_bank.forensics.findings import MAX_RATE, Finding, FindingKind
from question_bank.forensics.similarity import AlikePair
from question_bank.psychometrics.item_analysis import ItemFigures
from question_bank.psychometrics.observations import OMITTED
from question_bank.psychometrics.option_curves import nearest_node, option_chances, option_places
from question_bank.statistics import ItemFlag

# As `question_bank.forensics.timing` draws the line: the fastest 5 % of times.
_FAST = 1.645
_KEY_FLAGS = (ItemFlag.DISTRACTOR_OVER_KEY, ItemFlag.NEGATIVE_DISCRIMINATION)

# How many members of an item's line everybody may see; what follows tells which answers were right.
_WITHOUT_KEYS = {LeadKind.SAME_ANSWERS: 4, LeadKind.FAST_AND_RIGHT: 5, LeadKind.FAST_END: 5}

Evidence = dict[str, Any]


def answer_leads(found: Analysis) -> list[Lead]:
    """Pairs with more identical answers than their abilities explain, the least likely first."""
    pairs = _Pairs(found)
    chosen = [pair for pair in found.similarity.pairs if pair.q <= MAX_RATE]
    return [
        Lead(
            kind=LeadKind.SAME_ANSWERS,
            sittings=(found.observations.candidates[pair.first], found.observations.candidates[pair.second]),
            item_id=None,
            rate=pair.q,
            evidence=pairs.evidence(pair),
        )
        for pair in chosen[:MAX_LEADS]
    ]


class _Pairs:
    """Answers side by side."""

    def __init__(self, found: Analysis) -> None:
        self._rows = found.observations
        self._first, self._item_of = option_places(found.observations)
        self._chances = option_chances(found.observations, found.calibration, found.abilities)
        self._node = nearest_node(found.abilities.value)

    def evidence(self, pair: AlikePair) -> Evidence:
        """Every item that both answered, in the order of the first form: [id, place here, place there, same,
        right here, right there, answer here, answer there]; an answer that is right is left empty."""
        mine, theirs = self._answers(pair.first), self._answers(pair.second)
        common = [item for item in mine if item in theirs]
        return {
            "common": pair.common,
            "same": pair.same,
            "expected": round(pair.expected, 1),
            "same_wrong": pair.same_wrong,
            "expected_wrong": round(self._expected_wrong(pair, common), 1),
            "p": pair.p,
            "items": [self._side_by_side(item, mine[item], theirs[item]) for item in common],
        }

    def _answers(self, person: int) -> dict[int, tuple[int, int]]:
        """(place in the form from 1, option) of every item answered, in the form's order."""
        rows = np.flatnonzero(self._rows.person == person).tolist()
        return {
            int(self._rows.item[row]): (place, int(self._rows.answer[row]))
            for place, row in enumerate(rows, start=1)
            if self._rows.answer[row] != OMITTED
        }

    def _side_by_side(self, item: int, here: tuple[int, int], there: tuple[int, int]) -> list[Any]:
        key, options = self._rows.keys[item], self._rows.options[item]
        (place_here, answer_here), (place_there, answer_there) = here, there
        answers = (answer_here, answer_there)
        rights = [int(answer == key) for answer in answers]
        texts = ["" if answer == key else options[answer] for answer in answers]
        same = int(answer_here == answer_there)
        return [self._rows.items[item], place_here, place_there, same, *rights, *texts]

    def _expected_wrong(self, pair: AlikePair, common: list[int]) -> float:
        """How many identical wrong answers the abilities let expect."""
        both = self._chances[:, self._node[pair.first]] * self._chances[:, self._node[pair.second]]
        both[self._first] = 0.0  # the key is each item's first option
        return float(both[np.isin(self._item_of, common)].sum())


def time_leads(found: Analysis) -> list[Lead]:
    """Candidates whose times are to be looked at, the least likely first."""
    leads = []
    places = {candidate: place for place, candidate in enumerate(found.observations.candidates)}
    for finding in found.findings:
        if finding.kind is not FindingKind.SAME_ANSWERS:
            lead = Lead(
                kind=LeadKind(finding.kind.value),
                sittings=finding.candidates,
                item_id=None,
                rate=finding.rate,
                evidence=_time_evidence(found, finding, places[finding.candidates[0]]),
            )
            leads.append(lead)
    return leads[:MAX_LEADS]


def _time_evidence(found: Analysis, finding: Finding, person: int) -> Evidence:
    """Every item of the form: [id, seconds, usual seconds, seconds of the fastest 5 %, answered, right]; the
    seconds are null where no time is known."""
    rows, speed = found.observations, found.speed
    spread = np.sqrt(speed.sigma**2 + float(speed.tau.var()))
    usual, quick = np.exp(speed.beta), np.exp(speed.beta - _FAST * spread)
    items = []
    for row in np.flatnonzero(rows.person == person).tolist():
        item, timed = int(rows.item[row]), bool(speed.timed[row])
        seconds = round(float(np.exp(speed.log_seconds[row])), 1) if timed else None
        others = [round(float(usual[item]), 1), round(float(quick[item]), 1)] if timed else [None, None]
        given = int(rows.answer[row] != OMITTED)
        items.append([rows.items[item], seconds, *others, given, int(rows.correct[row])])
    return {
        "observed": round(finding.observed, 1),
        "expected": round(finding.expected, 1),
        "p": finding.p,
        "items": items,
    }


def item_leads(found: Analysis, stems: Mapping[str, str]) -> list[Lead]:
    """Items whose key may be wrong, the smallest rate first. `stems` are their words."""
    leads = []
    for figures in found.items:
        rates = list(_key_rates(figures))
        if rates:
            lead = Lead(
                kind=LeadKind.ITEM_KEY,
                sittings=(),
                item_id=figures.item_id,
                rate=min(rates),
                evidence=_item_evidence(figures, stems.get(figures.item_id, "")),
            )
            leads.append(lead)
    return sorted(leads, key=lambda lead: (lead.rate, lead.item_id or ""))[:MAX_LEADS]


def _key_rates(figures: ItemFigures) -> Iterator[float]:
    if not set(figures.flags) & set(_KEY_FLAGS):
        return
    if figures.rate_negative is not None:
        yield figures.rate_negative
    yield from (option.rate_over_key for option in figures.options if option.rate_over_key is not None)


def _item_evidence(figures: ItemFigures, stem: str) -> Evidence:
    """Options: [label, in the key, how many chose it, correlation with the rest of the form or null, to look
    at]."""
    related = figures.discrimination
    return {
        "stem": stem,
        "n": figures.n,
        "facility": None if figures.facility is None else round(figures.facility.value, 2),
        "discrimination": None if related is None else round(related.value, 2),
        "flags": [flag.value for flag in figures.flags if flag in _KEY_FLAGS],
        "options": [
            [
                option.label,
                int(option.in_key),
                option.chosen,
                _rounded(option.correlation),
                int(option.rate_over_key is not None and option.rate_over_key <= MAX_RATE),
            ]
            for option in figures.options
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 2)


def shown_evidence(kind: LeadKind, evidence: Evidence, *, keys: bool) -> Evidence:
    """What a reader is sent: without `keys` nothing that tells which answers were right.

    What was answered is told by the replay.
    """
    shown = evidence | {"keys_shown": keys}
    if keys or kind is LeadKind.SHARED_ITEMS:
        return shown
    if kind is LeadKind.ITEM_KEY:
        return shown | {"options": []}
    kept = _WITHOUT_KEYS[kind]
    return shown | {"items": [[*item[:kept], *[None] * (len(item) - kept)] for item in evidence["items"]]}
