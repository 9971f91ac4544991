"""Publishing a blueprint for the service: its plan, or every reason why there is none, in both languages."""

from app.errors import Infeasible, Invalid
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.errors import BlueprintInfeasible, BlueprintInvalid, Obstacle
from question_bank.messages import LANGUAGES, message_text
from question_bank.plans import AssemblyPlan
from question_bank.pool import pool_of
from question_bank.publishing.publish import publish


def published_plan(bank: Bank, blueprint: Blueprint) -> AssemblyPlan:
    """The plan of a blueprint. Takes seconds for one with targets: run it in a thread (the solver lets others

    run). Raises Infeasible with every obstacle, Invalid for rules that contradict themselves.
    """
    try:
        return publish(pool_of(bank), blueprint).plan
    except BlueprintInfeasible as error:
        raise Infeasible(str(error), [obstacle_texts(obstacle) for obstacle in error.obstacles]) from error
    except BlueprintInvalid as error:
        raise Invalid(str(error), code=error.code) from error


def obstacle_texts(obstacle: Obstacle) -> dict[str, str]:
    """An obstacle in plain words, in both languages."""
    texts = {language: message_text(obstacle.code, language, **obstacle.params) for language in LANGUAGES}
    return {"code": obstacle.code, **texts}
