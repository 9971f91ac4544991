"""The publish audit: its figures are held against others worked out another way."""

from __future__ import annotations

import itertools
import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from question_bank.__main__ import main
from question_bank.blueprint import Blueprint
from question_bank.blueprint_files import BlueprintFormat, write_blueprint
from question_bank.canonical import canonical_bytes, parse
from question_bank.conditions import Condition
from question_bank.constraints import Constraint, CurveTarget
from question_bank.curves import GradedParameters, ItemParameters, grade_chances
from question_bank.items import Parameters
from question_bank.pool import Pool, PoolItem, pool_json
from question_bank.publishing.audit import Audit, AuditStep, audit, audit_document
from question_bank.publishing.simulation import _passing
from question_bank.sections import Section
from tests.question_bank.pools import make_pool

POOL = make_pool(60)


def blueprint(*, target: bool = True, cap: int | None = None) -> Blueprint:
    """Ten items, half of them on one topic group; the cut where an average form gives six points."""
    section = Section(type=None, title="one", count=10, points=100)
    rule = Constraint(label="first topics", where=Condition.parse("topic in [t0, t1, t2]"), at_least=5)
    cut = CurveTarget(cut_points=600, at_cut=5) if target else None
    return Blueprint(title="ten", sections=(section,), constraints=(rule,), target=cut, exposure_cap=cap)


@cache
def audited() -> Audit:
    return audit(POOL, blueprint(), forms=200)


def test_forms_of_the_blueprint_are_closer_than_random_ones() -> None:
    comparison = audited().comparison
    assert comparison is not None
    matched, random = comparison.matched, comparison.random
    assert matched.expected.low >= 6 - 0.0501
    assert matched.expected.high <= 6 + 0.0501
    assert random.expected.sd > 5 * matched.expected.sd
    assert matched.passing is not None
    assert random.passing is not None
    assert matched.passing.high - matched.passing.low < random.passing.high - random.passing.low
    assert (matched.low <= comparison.average + 1e-9).all()
    assert (comparison.average <= matched.high + 1e-9).all()


def test_the_chance_to_pass_is_the_one_of_every_outcome_counted() -> None:
    """Half points, and one item of four grades: 2 * 2 * 2 * 4 outcomes."""
    graded = GradedParameters(a=1_000_000, thresholds=(-500_000, 0, 800_000))
    plain: list[ItemParameters] = [
        Parameters(a=1_000_000 + n * 100_000, b=n * 300_000, c=200_000) for n in range(3)
    ]
    points = np.array([50, 50, 150, 300])
    grades = [grade_chances(parameters, 250_000) for parameters in [*plain, graded]]
    expected = 0.0
    for outcome in itertools.product(*(range(len(chances)) for chances in grades)):
        score = sum(
            worth * grade / (len(chances) - 1)
            for worth, grade, chances in zip(points, outcome, grades, strict=True)
        )
        chance = np.prod([chances[grade] for grade, chances in zip(outcome, grades, strict=True)])
        expected += float(chance) if score >= 300 else 0.0
    found = _passing(np.array([[0, 1, 2, 3], [0, 1, 2, 3]]), points, grades, 300)
    assert found is not None
    assert found == pytest.approx([expected, expected], abs=1e-12)


def test_exposure_overlap_and_number_of_forms() -> None:
    found = audited()
    assert found.forms == 200
    assert found.exposures.sum() == pytest.approx(10)
    uses = found.exposures * 200
    assert found.mean_overlap == pytest.approx((uses * (uses - 1)).sum() / (200 * 199))
    # Five of eighteen and five of the others, and more: between that and any ten of sixty.
    assert 5.0 < found.log10_forms < 10.9
    assert found.different == 200


def test_the_document_is_plain_and_names_what_is_scarce() -> None:
    """Of three topics only one has items: six, of which a form takes five; without one of them, all five."""
    scarce = tuple(item for item in POOL.items if item.attributes["topic"] not in ("t0", "t1"))
    pool = Pool(items=scarce, digest=POOL.digest)
    steps: list[AuditStep] = []
    found = audit(pool, blueprint(target=False), forms=60, on_progress=lambda step, *_: steps.append(step))
    document = audit_document(found)
    assert parse(canonical_bytes(document)) == document
    assert found.comparison is None
    bottleneck = document["bottleneck"]
    assert isinstance(bottleneck, dict)
    assert {"kind": "constraint", "place": "constraints.0", "label": "first topics"} in bottleneck["rules"]  # type: ignore[operator]
    exposure = document["exposure"]
    assert isinstance(exposure, dict)
    assert exposure["minimum"] == 834
    assert sum(exposure["bins"]) == len(found.published.supply.items)  # type: ignore[arg-type]
    assert document["forced"] == []
    assert set(steps) == set(AuditStep)
    first = next(item for item in scarce if item.attributes["topic"] == "t2")
    fewer = Pool(items=tuple(item for item in scarce if item is not first), digest=POOL.digest)
    forced = audit_document(audit(fewer, blueprint(target=False), forms=20))["forced"]
    assert forced == [item.id for item in fewer.items if item.attributes["topic"] == "t2"]


def test_a_cut_without_a_target_and_unknown_difficulties() -> None:
    found = audit(POOL, blueprint(target=False), forms=60, cut_points=600).comparison
    assert found is not None
    assert found.cut_points == 600
    assert found.matched.expected.mean == pytest.approx(6, abs=0.3)
    bare = tuple(PoolItem(id=item.id, attributes={"topic": item.attributes["topic"]}) for item in POOL.items)
    pool = Pool(items=bare, digest=POOL.digest)
    assert audit(pool, blueprint(target=False), forms=20, cut_points=600).comparison is None


def test_the_command_writes_both_reports_and_tells_obstacles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bank, plan = tmp_path / "pool.json", tmp_path / "b.toml"
    bank.write_bytes(pool_json(POOL.items))
    plan.write_bytes(write_blueprint(blueprint(cap=600), BlueprintFormat.TOML))
    command = ["audit", "--bank", str(bank), "--blueprint", str(plan)]
    out, html = tmp_path / "o.json", tmp_path / "o.html"
    assert main([*command, "--json", str(out), "--html", str(html), "--language", "en"]) == 0
    assert json.loads(out.read_bytes())["exposure"]["cap"] == 600
    page = html.read_text("utf-8")
    assert "<script" not in page
    assert page.count("<svg") == 2
    assert "Least possible largest exposure" in page
    plan.write_bytes(write_blueprint(blueprint(cap=10), BlueprintFormat.TOML))
    assert main(command) == 1
    told = capsys.readouterr().err
    assert "10‰" in told
    assert "10 per mille" in told
