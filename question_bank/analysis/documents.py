"""The analysis as a JSON document. Figures that are no integers are text, as in every document of a bank."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from question_bank.analysis.administration import Analysis
from question_bank.canonical import JsonValue, figure_text
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
            "largest_change": figure_text(calibration.largest_change),
            "log_likelihood": figure_text(calibration.log_likelihood),
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
            "slope": figure_text(linking.slope),
            "shift": figure_text(linking.shift),
            "gap": figure_text(linking.gap),
        },
    }


def _estimate(found: Estimate | None) -> JsonValue:
    if found is None:
        return None
    names = ("value", "standard_error", "low", "high")
    return {name: figure_text(getattr(found, name)) for name in names}


def _item(figures: ItemFigures, calibration: Calibration, j: int) -> JsonValue:
    curves = calibration.curves
    return {
        "id": figures.item_id,
        "n": figures.n,
        "omitted": figures.omitted,
        "not_reached": figures.not_reached,
        "facility": _estimate(figures.facility),
        "discrimination": _estimate(figures.discrimination),
        "rate_negative": figure_text(figures.rate_negative),
        "flags": [flag.value for flag in figures.flags],
        "options": [
            {
                "label": option.label,
                "in_key": option.in_key,
                "chosen": option.chosen,
                "correlation": figure_text(option.correlation),
                "rate_over_key": figure_text(option.rate_over_key),
            }
            for option in figures.options
        ],
        "calibration": {
            "status": calibration.status[j].value,
            "a": figure_text(float(curves.a[j])),
            "b": figure_text(float(curves.b[j])),
            "se_a": figure_text(float(calibration.se_a[j])),
            "se_b": figure_text(float(calibration.se_b[j])),
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
            "ability": figure_text(float(found.value[place])),
            "standard_error": figure_text(float(found.standard_error[place])),
            "largest_similarity": figure_text(float(analysis.similarity.largest[place])),
        }
        if timing is not None and analysis.combined is not None:
            document["timing_p"] = figure_text(float(timing.p[place]))
            document["combined_p"] = figure_text(float(analysis.combined[place]))
        documents.append(document)
    return documents


def _scores(analysis: Analysis) -> JsonValue:
    exact, cut = analysis.reliability, analysis.cut
    return {
        "kr20": figure_text(exact.kr20),
        "marginal_reliability": figure_text(exact.marginal),
        "score_error": figure_text(exact.score_error),
        "cut": None
        if cut is None
        else {
            "share": figure_text(cut.share),
            "ability": figure_text(cut.theta),
            "accuracy": figure_text(cut.accuracy),
            "consistency": figure_text(cut.consistency),
        },
    }


def _forms(analysis: Analysis) -> JsonValue:
    exposure, candidates = analysis.exposure, analysis.observations.candidates
    return {
        "forms": exposure.forms,
        "exposure": dict(exposure.used),
        "mean_overlap": figure_text(exposure.mean_overlap),
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
                "expected": figure_text(pair.expected),
                "p": figure_text(pair.p),
                "rate": figure_text(pair.q),
            }
            for pair in found.pairs[:_LISTED_PAIRS]
        ],
    }


def _finding(finding: Finding) -> JsonValue:
    return {
        "kind": finding.kind.value,
        "candidates": list(finding.candidates),
        "items": list(finding.items),
        "observed": figure_text(finding.observed),
        "expected": figure_text(finding.expected),
        "p": figure_text(finding.p),
        "rate": figure_text(finding.rate),
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
