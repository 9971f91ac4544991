"""Findings: what was put into simulated administrations is found, what was not is left alone."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.forensics.exposure import exposure_of
from question_bank.forensics.findings import (
    FindingKind,
    combined_p,
    similarity_findings,
    timing_findings,
)
from question_bank.forensics.similarity import answer_similarity
from question_bank.forensics.speed import fit_speed
from question_bank.forensics.timing import timing_indices
from question_bank.psychometrics.abilities import abilities
from question_bank.psychometrics.arrays import Flags, Floats
from question_bank.psychometrics.calibration import calibrate
from question_bank.psychometrics.observations import OMITTED, Observations
from question_bank.psychometrics.option_curves import known_chances, option_chances
from tests.question_bank.psychometrics.credential import credential
from tests.question_bank.psychometrics.simulated import simulated
from tests.shared_data import needs_shared_data


def administration(seed: int, length: int = 50) -> Observations:
    """300 candidates on forms of 50 out of 80 items, four options, lognormal times."""
    truth = simulated(seed, items=80, candidates=300, length=length)
    rows, random = truth.observations, np.random.default_rng(seed)
    answer = np.where(rows.correct == 1, 0, random.choice([1, 1, 1, 2, 2, 3], len(rows.correct)))
    tau, beta = random.normal(0, 0.2, 300), random.normal(3.5, 0.4, 80)
    seconds = np.exp(beta[rows.item] - tau[rows.person] + random.normal(0, 0.4, len(rows.item)))
    return replace(rows, answer=answer, options=(("A", "B", "C", "D"),) * 80, keys=(0,) * 80, seconds=seconds)


def copied(observations: Observations, source: int, copier: int, share: float) -> Observations:
    """`copier` gives the source's answers on that share of the items both have."""
    theirs = {
        int(item): int(answer)
        for item, answer in zip(
            observations.item[observations.person == source],
            observations.answer[observations.person == source],
            strict=True,
        )
    }
    rows = [row for row in np.flatnonzero(observations.person == copier) if observations.item[row] in theirs]
    answer = observations.answer.copy()
    for row in rows[: round(share * len(rows))]:
        answer[row] = theirs[int(observations.item[row])]
    return replace(observations, answer=answer, correct=(answer == 0).astype(np.int64))


def test_copied_answers_are_found_and_honest_ones_left_alone() -> None:
    honest = administration(21, length=80)
    calibration = calibrate(honest)
    alike = answer_similarity(honest, calibration, abilities(honest, calibration.curves))
    assert alike.compared == 300 * 299 // 2
    assert similarity_findings(honest, alike) == ()
    assert np.mean(alike.largest) < 3.5
    given_away = copied(honest, 3, 7, 0.8)
    calibration = calibrate(given_away)
    alike = answer_similarity(given_away, calibration, abilities(given_away, calibration.curves))
    [finding] = similarity_findings(given_away, alike)
    assert (finding.kind, finding.candidates) == (FindingKind.SAME_ANSWERS, ("4", "8"))
    assert finding.observed > finding.expected + 10
    assert len(finding.items) == finding.observed


def test_pairs_are_compared_on_what_both_answered() -> None:
    observations = administration(22, length=12)
    left_out = np.random.default_rng(1).random(len(observations.answer)) < 0.1
    observations = replace(
        observations,
        answer=np.where(left_out, OMITTED, observations.answer),
        correct=np.where(left_out, 0, observations.correct),
    )
    calibration = calibrate(observations)
    people = abilities(observations, calibration.curves)
    alike = answer_similarity(observations, calibration, people)
    answered: dict[int, dict[int, int]] = {person: {} for person in range(300)}
    for person, item, answer in zip(
        observations.person.tolist(), observations.item.tolist(), observations.answer.tolist(), strict=True
    ):
        if answer != OMITTED:
            answered[person][item] = answer
    common = {
        (one, two): answered[one].keys() & answered[two].keys()
        for one, two in itertools.combinations(range(300), 2)
    }
    assert alike.compared == sum(len(items) >= 10 for items in common.values())
    chances = option_chances(observations, calibration, people).reshape(80, 4, -1)
    for pair in alike.pairs:
        items = sorted(common[pair.first, pair.second])
        same = [item for item in items if answered[pair.first][item] == answered[pair.second][item]]
        assert (pair.common, pair.same) == (len(items), len(same))
        nodes = [
            int(np.clip(np.rint((people.value[who] + 6) / 0.2), 0, 60)) for who in (pair.first, pair.second)
        ]
        match = [float((chances[item, :, nodes[0]] * chances[item, :, nodes[1]]).sum()) for item in items]
        assert pair.expected == pytest.approx(sum(match), rel=1e-6)
        assert pair.p == pytest.approx(at_least(match, pair.same), rel=1e-9)


def at_least(chances: list[float], successes: int) -> float:
    """The Poisson-binomial tail, by the book."""
    distribution = [1.0]
    for chance in chances:
        stay = [value * (1 - chance) for value in distribution] + [0.0]
        move = [0.0] + [value * chance for value in distribution]
        distribution = [one + other for one, other in zip(stay, move, strict=True)]
    return sum(distribution[successes:])


def test_known_items_are_found_by_their_times_and_honest_candidates_left_alone() -> None:
    false, found = 0, 0
    for seed in (23, 24, 25):
        observations = administration(seed)
        assert observations.seconds is not None
        knows = (observations.person < 5) & (observations.item < 70)
        seconds = np.where(knows, observations.seconds * 0.35, observations.seconds)
        correct = np.where(knows, 1, observations.correct)
        told = replace(
            observations, seconds=seconds, correct=correct, answer=np.where(knows, 0, observations.answer)
        )
        calibration = calibrate(told)
        people, speed = abilities(told, calibration.curves), fit_speed(told)
        indices = timing_indices(told, known_chances(told, calibration), people, speed)
        listed = timing_findings(told, speed, indices)
        fast = {finding.candidates[0] for finding in listed if finding.kind is FindingKind.FAST_AND_RIGHT}
        found += len(fast & {"1", "2", "3", "4", "5"})
        false += len(fast - {"1", "2", "3", "4", "5"})
        assert np.mean(indices.p[5:] <= 0.05) <= 0.09
    assert found >= 13
    assert false <= 3


def test_a_hurried_end_is_found() -> None:
    observations = administration(26)
    assert observations.seconds is not None
    place = np.arange(len(observations.person)) % 50
    hurried = (observations.person == 9) & (place >= 40)
    told = replace(observations, seconds=np.where(hurried, 2.0, observations.seconds))
    calibration = calibrate(told)
    people, speed = abilities(told, calibration.curves), fit_speed(told)
    indices = timing_indices(told, known_chances(told, calibration), people, speed)
    listed = timing_findings(told, speed, indices)
    assert [finding.candidates[0] for finding in listed if finding.kind is FindingKind.FAST_END] == ["10"]


def test_the_speed_model_gives_back_times_and_speeds() -> None:
    random = np.random.default_rng(27)
    rows = administration(27)
    tau, beta, sigma = random.normal(0, 0.3, 300), random.normal(3, 0.5, 80), random.uniform(0.2, 0.6, 80)
    logs = beta[rows.item] - tau[rows.person] + random.normal(0, sigma[rows.item])
    speed = fit_speed(replace(rows, seconds=np.exp(logs)))
    assert np.corrcoef(speed.tau, tau)[0, 1] > 0.97
    assert np.abs(speed.beta - beta - (speed.beta - beta).mean()).max() < 0.25
    assert np.corrcoef(speed.sigma, sigma)[0, 1] > 0.95
    assert not fit_speed(replace(rows, seconds=None)).timed.any()


@given(st.lists(st.sets(st.sampled_from("abcdefgh"), max_size=8), max_size=12))
@settings(max_examples=50)
def test_exposure_counts(forms: list[set[str]]) -> None:
    found = exposure_of([sorted(form) for form in forms])
    pairs = Counter(len(one & two) for one, two in itertools.combinations(forms, 2))
    assert dict(found.used) == dict(Counter(item for form in forms for item in form))
    assert {common: int(count) for common, count in enumerate(found.overlaps) if count} == dict(pairs)
    assert [pair.common for pair in found.most_alike] == sorted(pairs.elements(), reverse=True)[:20]


def area(values: Floats, flagged: Flags) -> float:
    """The chance that a flagged candidate has the larger value (area under the ROC curve)."""
    larger = (values[flagged][:, None] > values[~flagged]).mean()
    return float(larger + (values[flagged][:, None] == values[~flagged]).mean() / 2)


@pytest.mark.shared
@needs_shared_data
def test_a_licensure_examination_with_flagged_candidates() -> None:
    observations, flagged = credential().observations, credential().flagged
    calibration = calibrate(observations)
    people, speed = abilities(observations, calibration.curves), fit_speed(observations)
    started = time.thread_time()
    alike = answer_similarity(observations, calibration, people)
    assert time.thread_time() - started < 60
    indices = timing_indices(observations, known_chances(observations, calibration), people, speed)
    assert alike.compared == 1_636 * 1_635 // 2
    assert area(indices.ratio, flagged) > 0.75
    assert area(alike.largest, flagged) > 0.62
    assert area(-combined_p(alike, indices), flagged) > 0.82
    named = {finding.candidates[0] for finding in timing_findings(observations, speed, indices)}
    reasons = {observations.candidates[place] for place in np.flatnonzero(flagged)}
    assert len(named & reasons) >= 15
    for finding in similarity_findings(observations, alike):
        assert reasons & set(finding.candidates)
