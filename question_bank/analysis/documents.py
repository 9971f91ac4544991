"""The analysis as a JSON document. Figures that are no integers are text, as in every document of a bank."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from question_bank.analysis.administration import Analysis
from question_bank.canonical import JsonValue
from question_bank.forensics.findings import Finding
from question_bank.psychometrics.calibration import Calibration
from question_bank.psychometrics.item_analysis import ItemFigures
from question_bank.psychometrics.linking import Linking
from question_bank.psychometrics.parameters import Sourced
from question_bank.statistics import Estimate

REPORT_FORMAT = "kaochang.analysis/1"
_LISTED_PAIRS = 1_000


def analysis_document(analysis: Analysis) -> dict[str, JsonValue]:
    """Everything, in the order of the response file."""
    calibration = analysis.calibration
    return {
        "format": REPORT_FORMAT,
        "candidates": _candidates(analysis),
        "items": [_item(figures, calibration, j) for j, figures in enumerate(analysis.items)],
        "calibration": {
            "model": calibration.model.value,
            "converged": calibration.converged,
            "cycles": calibration.cycles,
            "largest_change": _figure(calibration.largest_change),
            "log_likelihood": _figure(calibration.log_likelihood),
        },
        "scores": _scores(analysis),
        "forms": _forms(analysis),
        "similarity": _similarity(analysis),
        "findings": [_finding(finding) for finding in analysis.findings],
    }


def parameters_document(found: Mapping[str, Sourced], linking: Linking | None) -> dict[str, JsonValue]:
    """The parameters of a bank's items in millionths, and how they were brought to its scale."""
    return {
        "parameters": {item_id: _sourced(sourced) for item_id, sourced in found.items()},
        "linking": None
        if linking is None
        else {
            "anchors": list(linking.anchors),
            "slope": _figure(linking.slope),
            "shift": _figure(linking.shift),
            "gap": _figure(linking.gap),
        },
    }


def _figure(value: float | None) -> str | None:
    """Six significant digits, None where there is no figure."""
    return None if value is None or math.isnan(value) else format(value, ".6g")


def _estimate(found: Estimate | None) -> JsonValue:
    if found is None:
        return None
    names = ("value", "standard_error", "low", "high")
    return {name: _figure(getattr(found, name)) for name in names}


def _item(figures: ItemFigures, calibration: Calibration, j: int) -> JsonValue:
    curves = calibration.curves
    return {
        "id": figures.item_id,
        "n": figures.n,
        "omitted": figures.omitted,
        "not_reached": figures.not_reached,
        "facility": _estimate(figures.facility),
        "discrimination": _estimate(figures.discrimination),
        "rate_negative": _figure(figures.rate_negative),
        "flags": [flag.value for flag in figures.flags],
        "options": [
            {
                "label": option.label,
                "in_key": option.in_key,
                "chosen": option.chosen,
                "correlation": _figure(option.correlation),
                "rate_over_key": _figure(option.rate_over_key),
            }
            for option in figures.options
        ],
        "calibration": {
            "status": calibration.status[j].value,
            "a": _figure(float(curves.a[j])),
            "b": _figure(float(curves.b[j])),
            "se_a": _figure(float(calibration.se_a[j])),
            "se_b": _figure(float(calibration.se_b[j])),
        },
    }


def _candidates(analysis: Analysis) -> list[JsonValue]:
    rows = analysis.observations
    right = np.bincount(rows.person, rows.correct, minlength=len(rows.candidates))
    lengths, found, timing = rows.form_lengths, analysis.abilities, analysis.timing
    documents: list[JsonValue] = []
    for place, candidate in enumerate(rows.candidates):
        document: dict[str, JsonValue] = {
            "id": candidate,
            "items": int(lengths[place]),
            "right": int(right[place]),
            "ability": _figure(float(found.value[place])),
            "standard_error": _figure(float(found.standard_error[place])),
            "largest_similarity": _figure(float(analysis.similarity.largest[place])),
        }
        if timing is not None and analysis.combined is not None:
            document["timing_p"] = _figure(float(timing.p[place]))
            document["combined_p"] = _figure(float(analysis.combined[place]))
        documents.append(document)
    return documents


def _scores(analysis: Analysis) -> JsonValue:
    exact, cut = analysis.reliability, analysis.cut
    return {
        "kr20": _figure(exact.kr20),
        "marginal_reliability": _figure(exact.marginal),
        "score_error": _figure(exact.score_error),
        "cut": None
        if cut is None
        else {
            "share": _figure(cut.share),
            "ability": _figure(cut.theta),
            "accuracy": _figure(cut.accuracy),
            "consistency": _figure(cut.consistency),
        },
    }


def _forms(analysis: Analysis) -> JsonValue:
    exposure, candidates = analysis.exposure, analysis.observations.candidates
    return {
        "forms": exposure.forms,
        "exposure": dict(exposure.used),
        "mean_overlap": _figure(exposure.mean_overlap),
        "overlaps": [int(count) for count in exposure.overlaps],
        "most_alike": [
            {"candidates": [candidates[pair.first], candidates[pair.second]], "common": pair.common}
            for pair in exposure.most_alike
        ],
    }


def _similarity(analysis: Analysis) -> JsonValue:
    found, candidates = analysis.similarity, analysis.observations.candidates
    return {
        "pairs_compared": found.compared,
        "pairs": [
            {
                "candidates": [candidates[pair.first], candidates[pair.second]],
                "common": pair.common,
                "same": pair.same,
                "same_wrong": pair.same_wrong,
                "expected": _figure(pair.expected),
                "p": _figure(pair.p),
                "rate": _figure(pair.q),
            }
            for pair in found.pairs[:_LISTED_PAIRS]
        ],
    }


def _finding(finding: Finding) -> JsonValue:
    return {
        "kind": finding.kind.value,
        "candidates": list(finding.candidates),
        "items": list(finding.items),
        "observed": _figure(finding.observed),
        "expected": _figure(finding.expected),
        "p": _figure(finding.p),
        "rate": _figure(finding.rate),
    }


def _sourced(found: Sourced) -> JsonValue:
    numbers = found.parameters
    return {
        "provenance": found.provenance.value,
        "a": numbers.a,
        "b": numbers.b,
        "c": numbers.c,
        "se_b": found.se_b,
    }
