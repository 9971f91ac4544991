"""False alarms under control: honest administrations simulated, and what was planted in some of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from app.forensics.evidence import answer_leads, item_leads, shown_evidence, time_leads
from app.forensics.rules import Lead, LeadKind
from app.forensics.screening import settings_for
from question_bank.analysis.administration import analyse
from question_bank.psychometrics.observations import Observations
from tests.question_bank.psychometrics.simulated import simulated

PEOPLE, ITEMS, LENGTH = 24, 40, 30
ADMINISTRATIONS = 100
# Above this, chance alone would be the reason in less than one of 200 runs: 5 of 100 are expected.
MOST = 12
SOURCE, COPIER, AT_ONCE, WRONG_KEY = 3, 4, 9, 5


def administration(seed: int) -> Observations:
    """Four options, lognormal times; everybody has a form of their own."""
    rows = simulated(seed, items=ITEMS, candidates=PEOPLE, length=LENGTH).observations
    random = np.random.default_rng(seed)
    answer = np.where(rows.correct == 1, 0, random.choice([1, 1, 1, 2, 2, 3], len(rows.correct)))
    tau, beta = random.normal(0, 0.2, PEOPLE), random.normal(3.5, 0.4, ITEMS)
    seconds = np.exp(beta[rows.item] - tau[rows.person] + random.normal(0, 0.4, len(rows.item)))
    options = (("right", "B", "C", "D"),) * ITEMS
    return replace(rows, answer=answer, options=options, keys=(0,) * ITEMS, seconds=seconds)


def planted(rows: Observations) -> Observations:
    """One gives a neighbour's answers, one answers at once and right, and an item has another key."""
    assert rows.seconds is not None
    answer, seconds = rows.answer.copy(), rows.seconds.copy()
    wrong_key = rows.item == WRONG_KEY
    answer[wrong_key] = np.where(answer[wrong_key] == 0, 1, 0)
    theirs = dict(zip(rows.item[rows.person == SOURCE], answer[rows.person == SOURCE], strict=True))
    for row in np.flatnonzero(rows.person == COPIER):
        answer[row] = theirs.get(rows.item[row], answer[row])
    at_once = rows.person == AT_ONCE
    answer[at_once], seconds[at_once] = 0, seconds[at_once] / 8
    return replace(rows, answer=answer, correct=(answer == 0).astype(np.int64), seconds=seconds)


def leads_of(rows: Observations) -> list[Lead]:
    found = analyse(rows, settings_for(rows))
    return [*answer_leads(found), *time_leads(found), *item_leads(found, {})]


def test_honest_administrations_are_named_at_the_stated_rate() -> None:
    named: Counter[LeadKind] = Counter()
    for seed in range(ADMINISTRATIONS):
        named.update({lead.kind for lead in leads_of(administration(seed))})
    assert max(named.values(), default=0) <= MOST, named
    assert named.total() <= 2 * MOST, named


def test_what_was_planted_is_found() -> None:
    found: Counter[str] = Counter()
    for seed in range(20):
        leads = leads_of(planted(administration(seed)))
        pair, one = (str(SOURCE + 1), str(COPIER + 1)), (str(AT_ONCE + 1),)
        found["pair"] += any(lead.sittings == pair for lead in leads)
        found["times"] += any(lead.sittings == one and lead.kind is LeadKind.FAST_AND_RIGHT for lead in leads)
    assert found["pair"] >= 15, found
    assert found["times"] >= 15, found


def test_evidence_adds_up_and_hides_keys() -> None:
    rows = planted(administration(1))
    found = analyse(rows, settings_for(rows))
    [lead] = [one for one in answer_leads(found) if one.sittings == (str(SOURCE + 1), str(COPIER + 1))]
    evidence = lead.evidence
    assert len(evidence["items"]) == evidence["common"]
    assert sum(item[3] for item in evidence["items"]) == evidence["same"]
    assert sum(item[3] and not item[4] for item in evidence["items"]) == evidence["same_wrong"]
    assert 0 < evidence["expected_wrong"] < evidence["expected"] < evidence["same"]
    hidden = shown_evidence(lead.kind, evidence, keys=False)
    assert all(item[4:] == [None] * 4 for item in hidden["items"])
    assert [item[:4] for item in hidden["items"]] == [item[:4] for item in evidence["items"]]
    [times] = [one for one in time_leads(found) if one.kind is LeadKind.FAST_AND_RIGHT][:1]
    assert len(times.evidence["items"]) == LENGTH
    hidden = shown_evidence(times.kind, times.evidence, keys=False)
    assert {item[5] for item in hidden["items"]} == {None}
    item_lead = Lead(
        kind=LeadKind.ITEM_KEY,
        sittings=(),
        item_id="i",
        rate=0.01,
        evidence={"options": [["A", 1, 5, 0.1, 0]]},
    )
    assert shown_evidence(item_lead.kind, item_lead.evidence, keys=False)["options"] == []
    assert shown_evidence(item_lead.kind, item_lead.evidence, keys=True)["options"]
