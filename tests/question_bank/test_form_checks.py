"""The check of a form: silent for what was drawn, loud for every rule that is broken."""

from __future__ import annotations

from question_bank.assembly import Assembler, FormSeed
from question_bank.blueprint import Blueprint
from question_bank.conditions import Condition
from question_bank.constraints import Constraint, Measure, SetRule
from question_bank.form_checks import FormCheck
from question_bank.publishing.publish import publish
from tests.question_bank.factories import SEED
from tests.question_bank.test_publishing import ANY_20, SMALL

IDS = [item.id for item in SMALL.items]
SECONDS = Constraint(label="seconds", measure=Measure.SUM, attribute="reading_seconds", at_most=900)
BLUEPRINT = Blueprint(
    title="t",
    sections=(ANY_20,),
    constraints=(
        Constraint(label="easy", where=Condition.parse("difficulty = easy"), at_least=4, at_most=8),
        Constraint(label="sets", measure=Measure.SETS, at_most=2),
        SECONDS,
    ),
    sets=SetRule(at_least=2, at_most=3),
    enemies=((IDS[50], IDS[51]),),
    include=(Condition.parse(f"id = {IDS[70]}"),),
    exclude=(Condition.parse(f"id = {IDS[80]}"),),
)
PUBLISHED = publish(SMALL, BLUEPRINT, tables=10)
CHECK = FormCheck(PUBLISHED.supply)


def drawn() -> list[str]:
    record = Assembler(PUBLISHED.plan).draw(FormSeed(master_seed=SEED, candidate_id="c"))
    return [slot.item_id for slot in record.slots]


def test_a_drawn_form_breaks_nothing() -> None:
    assert CHECK.broken(drawn()) == ()


def test_every_broken_rule_is_named() -> None:
    form = drawn()
    assert "any" in CHECK.broken(form[1:])
    assert "repeated" in CHECK.broken([*form[1:], form[1]])
    assert "unknown" in CHECK.broken([*form[1:], "nobody"])
    assert "unknown" in CHECK.broken([*form[1:], IDS[80]])
    assert IDS[70] in CHECK.broken([item for item in form if item != IDS[70]])
    others = [item for item in form if item not in (IDS[50], IDS[51])]
    assert "enemies" in CHECK.broken([*others[:18], IDS[50], IDS[51]])
    easy = [item.id for item in SMALL.items[40:] if item.attributes["difficulty"] == "easy"]
    assert "easy" in CHECK.broken(easy[:20])
    assert "s0" in CHECK.broken([IDS[0], *IDS[41:60]])
    assert "sets" in CHECK.broken([*IDS[0:2], *IDS[4:6], *IDS[8:10], *IDS[41:55]])
    slow = sorted(SMALL.items, key=lambda item: -int(item.attributes["reading_seconds"]))
    assert "seconds" in CHECK.broken([item.id for item in slow[:20]])
