"""Findings: what a person should look at, with who, which items, what was expected and what was observed.

A finding is a reason to look, never a verdict: its rate says how many of its kind are expected to be false.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from question_bank.forensics.similarity import AlikePair, Similarity
from question_bank.forensics.speed import SpeedModel
from question_bank.forensics.timing import TimingIndices
from question_bank.psychometrics.arrays import Floats
from question_bank.psychometrics.normal import upper_tail
from question_bank.psychometrics.observations import OMITTED, Observations

# Of the findings listed, this share is expected to be false.
MAX_RATE = 0.05
MAX_ITEMS = 200


class FindingKind(StrEnum):
    """same_answers: two candidates gave more identical answers than their abilities explain. fast_and_right:
    faster and right more often than candidates of that ability. fast_end: much faster at the end of the form
    than before. The value is the persisted text."""

    SAME_ANSWERS = "same_answers"
    FAST_AND_RIGHT = "fast_and_right"
    FAST_END = "fast_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`candidates` are one or two ids, `items` (at most 200) those the finding rests on.

    `observed` and `expected` are numbers of identical answers, of right answers in the time of the fastest
    5 %, or (fast_end) standard deviations of a time.
    """

    kind: FindingKind
    candidates: tuple[str, ...]
    items: tuple[str, ...]
    observed: float
    expected: float
    p: float
    rate: float


def similarity_findings(observations: Observations, similarity: Similarity) -> tuple[Finding, ...]:
    """The pairs whose false discovery rate over all pairs is at most 5 %."""
    return tuple(
        Finding(
            kind=FindingKind.SAME_ANSWERS,
            candidates=(observations.candidates[pair.first], observations.candidates[pair.second]),
            items=_same_items(observations, pair),
            observed=float(pair.same),
            expected=pair.expected,
            p=pair.p,
            rate=pair.q,
        )
        for pair in similarity.pairs
        if pair.q <= MAX_RATE
    )


def timing_findings(
    observations: Observations, speed: SpeedModel, indices: TimingIndices
) -> tuple[Finding, ...]:
    """Candidates whose times have a false discovery rate of at most 5 %, smallest p-value first."""
    found = []
    for place in np.flatnonzero(np.nan_to_num(indices.q, nan=1.0) <= MAX_RATE).tolist():
        finding = Finding(
            kind=FindingKind.FAST_AND_RIGHT,
            candidates=(observations.candidates[place],),
            items=_fast_items(observations, speed, place),
            observed=float(indices.fast_right[place]),
            expected=float(indices.fast_right_expected[place]),
            p=float(indices.p[place]),
            rate=float(indices.q[place]),
        )
        found.append(finding)
    for place in np.flatnonzero(np.nan_to_num(indices.end_q, nan=1.0) <= MAX_RATE).tolist():
        finding = Finding(
            kind=FindingKind.FAST_END,
            candidates=(observations.candidates[place],),
            items=(),
            observed=float(indices.end_shift[place]),
            expected=0.0,
            p=float(indices.end_p[place]),
            rate=float(indices.end_q[place]),
        )
        found.append(finding)
    return tuple(sorted(found, key=lambda finding: (finding.kind.value, finding.p, finding.candidates)))


def combined_p(similarity: Similarity, indices: TimingIndices) -> Floats:
    """(candidates,) one p-value from times and answers together, NaN where either is not known.

    The most similar of a candidate's pairs is held against having been sought among all (Sidak), then both
    are combined after Fisher: of x = p1 p2 the p-value is x (1 - ln x).
    """
    others = max(len(similarity.largest) - 1, 1)
    alike = -np.expm1(others * np.log1p(-np.minimum(upper_tail(similarity.largest), 1 - 1e-12)))
    product = np.maximum(alike * indices.p, 1e-300)
    return np.asarray(product * (1 - np.log(product)))


def _same_items(observations: Observations, pair: AlikePair) -> tuple[str, ...]:
    """The items with the same answer, those answered wrong first."""
    given = []
    for place in (pair.first, pair.second):
        rows = np.flatnonzero((observations.person == place) & (observations.answer != OMITTED))
        given.append({int(observations.item[row]): int(row) for row in rows})
    same = [
        (int(observations.correct[row]), item)
        for item, row in given[0].items()
        if item in given[1] and observations.answer[row] == observations.answer[given[1][item]]
    ]
    return tuple(observations.items[item] for _, item in sorted(same)[:MAX_ITEMS])


def _fast_items(observations: Observations, speed: SpeedModel, place: int) -> tuple[str, ...]:
    """The right answers that were faster than the item usually takes, fastest first."""
    rows = np.flatnonzero((observations.person == place) & speed.timed & (observations.correct == 1))
    item = observations.item[rows]
    quick = (speed.beta[item] - speed.log_seconds[rows]) / speed.sigma[item]
    order = np.argsort(-quick, kind="stable")
    return tuple(observations.items[item[k]] for k in order[:MAX_ITEMS] if quick[k] > 1.0)
