"""Publishing a blueprint for the service: its plan, or every reason why there is none, in both languages."""

from typing import Any

from app.errors import FieldInvalid, Infeasible, Invalid
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.errors import BlueprintInfeasible, BlueprintInvalid, Obstacle, QuestionBankError
from question_bank.messages import LANGUAGES, message_text, refusal_text
from question_bank.plans import AssemblyPlan
from question_bank.pool import pool_of
from question_bank.publishing.publish import publish


def published_plan(bank: Bank, blueprint: Blueprint) -> AssemblyPlan:
    """The plan of a blueprint. Takes seconds for one with targets: run it in a thread (the solver lets others

    run). Raises Infeasible with every obstacle, Invalid for rules that contradict themselves.
    """
    try:
        return publish(pool_of(bank), blueprint).plan
    except QuestionBankError as error:
        raise refused(error) from error


def blueprint_of(document: dict[str, Any], pass_points: int | None = None) -> Blueprint:
    """The blueprint in a document; a target without a cut score has it at the pass mark.

    Raises Invalid with the field at fault.
    """
    target = document.get("target")
    if isinstance(target, dict) and "cut_points" not in target and pass_points is not None:
        document = document | {"target": target | {"cut_points": pass_points}}
    try:
        return Blueprint.from_document(document)
    except QuestionBankError as error:
        raise refused(error) from error


def refused(error: QuestionBankError) -> Invalid:
    """The service's refusal of a blueprint, in both languages, with what is at fault."""
    if isinstance(error, BlueprintInfeasible):
        return Infeasible(str(error), [obstacle_texts(obstacle) for obstacle in error.obstacles])
    texts = {language: refusal_text(error, language) for language in LANGUAGES}
    if not isinstance(error, BlueprintInvalid):
        return FieldInvalid(str(error), code=error.code, field="", texts=texts)
    place = {name: error.params[name] for name in ("position",) if name in error.params}
    return FieldInvalid(str(error), code=error.code, field=error.field, texts=texts | place)


def obstacle_texts(obstacle: Obstacle) -> dict[str, str]:
    """An obstacle in plain words, in both languages, with the row of the blueprint it belongs to."""
    texts = {language: message_text(obstacle.code, language, **obstacle.params) for language in LANGUAGES}
    return {"code": obstacle.code, "place": obstacle.place, **texts}
