"""Every benchmark at a small scale, so that none can rot. Targets of speed are not checked here."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.bench import answers, duplicates, forms, ingest, roster, start, vision
from tests.bench.figures import Outcome, Target, percentile

MODELS = Path("data/models")
needs_models = pytest.mark.skipif(not MODELS.is_dir(), reason="the models are not installed: make setup")


def _run(bench: Coroutine[Any, Any, Outcome]) -> Outcome:
    return asyncio.run(bench)


@needs_models
def test_answers_small() -> None:
    scale = answers.AnswersScale(candidates=8, naive_s=0.3, boundary_s=0.5, socket_s=0.5)
    figures = _run(answers.run(MODELS, scale)).figures
    assert figures["lost_answers"] == 0
    assert figures["broken_chains"] == 0
    for way in ("naive", "boundary", "socket"):
        assert float(figures[f"{way}_per_s"]) > 0


@needs_models
def test_start_small() -> None:
    figures = _run(
        start.run(MODELS, start.StartScale(candidates=5, before_bell_s=15.0, one_by_one=3))
    ).figures
    assert figures["failures"] == 0
    assert 0 < float(figures["told_p50_ms"]) <= float(figures["form_p99_ms"])


@needs_models
def test_ingest_small() -> None:
    scale = ingest.IngestScale(cameras=4, people=2, pictures=6, warm_up_s=2.0, measured_s=3.0)
    figures = _run(ingest.run(MODELS, scale)).figures
    assert figures["lost_frames"] == 0
    assert figures["unfit_frames"] == 0
    assert float(figures["sent_frames"]) >= 8
    assert float(figures["analysed_per_s"]) > 0


@needs_models
def test_vision_small() -> None:
    scale = vision.VisionScale(
        sittings=4, people=2, pictures=12, simulated_s=14, load_s=2.0, reference_frames=1
    )
    figures = _run(vision.run(MODELS, scale)).figures
    assert float(figures["sittings_per_core"]) > 0
    assert float(figures["reference_per_s"]) > 0
    assert 0 < float(figures["age_p50_ms"]) <= float(figures["age_p95_ms"])
    assert float(figures["worker_memory_mb"]) > 50


@needs_models
def test_roster_small() -> None:
    scale = roster.RosterScale(candidates=3, people=25, quiet_s=0.3, matched=False)
    figures = _run(roster.run(MODELS, scale)).figures
    for part in ("quiet", "roster", "audit"):
        assert float(figures[f"{part}_saves"]) >= 1


def test_a_missed_target_is_told() -> None:
    target = Target(figure="p99_ms", at_most=50)
    assert target.met({"p99_ms": 50})
    assert not target.met({"p99_ms": 50.1})
    assert not Outcome(bench="x", figures={"p99_ms": 51}, targets=(target,)).ok
    assert not Target(figure="per_s", at_least=5).met({"per_s": 4})


def test_percentiles_are_nearest_rank() -> None:
    values = [float(value) for value in range(1, 101)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.99) == 99
    assert percentile(values, 1.0) == 100
    assert percentile([7.0], 0.95) == 7


def test_forms_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "SHARED_DATA", Path("absent"))
    scale = forms.FormsScale(checked=20, timed=20, compared=20, seats=30, tables=60)
    figures = _run(forms.run(MODELS, scale)).figures
    assert figures["violations"] == 0
    assert float(figures["expected_score_sd"]) < float(figures["cells_only_expected_score_sd"])
    assert float(figures["cells_only_expected_score_sd"]) < float(figures["plain_random_expected_score_sd"])


def test_duplicates_small() -> None:
    scale = duplicates.DuplicatesScale(people=600, planted=5, looped=100)
    figures = _run(duplicates.run(MODELS, scale)).figures
    assert (figures["planted_missed"], figures["others_told"]) == (0, 0)
    assert float(figures["comparisons_per_s"]) > float(figures["loop_comparisons_per_s"])
