"""The one error tree of `question_bank`.

Every error carries `code` (stable, for programs and catalogues) and a plain English sentence (`str(error)`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class QuestionBankError(Exception):
    """Base of everything this package raises on purpose; `code` is stable, the sentence is for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class ItemInvalid(QuestionBankError):
    """An item that breaks a rule of its type; `field` names the attribute at fault."""

    def __init__(self, code: str, field: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.field = field


class BankInvalid(QuestionBankError):
    """A bank as a whole that cannot be used, e.g. two items with one id."""


class BlueprintInvalid(QuestionBankError):
    """A blueprint that contradicts itself, whatever the bank.

    `field` is the path in the document at fault, such as `sections.0.count`, empty for the whole; `params`
    fill the words of `code` (`messages`).
    """

    def __init__(self, code: str, sentence: str, field: str = "", **params: str) -> None:
        super().__init__(code, sentence)
        self.field = field
        self.params = params


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why there is no form: a stable code, and what its sentence names (`messages`).

    `place` is the path in the blueprint's document that it belongs to, such as `constraints.2`, if any.
    """

    code: str
    params: Mapping[str, str]
    place: str = ""


class BlueprintInfeasible(QuestionBankError):
    """A sound blueprint for which this bank has no form; `obstacles` say why, all that are known."""

    def __init__(self, sentence: str, *obstacles: Obstacle) -> None:
        super().__init__("blueprint.infeasible", sentence)
        self.obstacles = obstacles


class FormNotFound(QuestionBankError):
    """No form could be drawn: the targets are too narrow, or too many items are closed."""


class FormMismatch(QuestionBankError):
    """A form record that does not belong to the bank, blueprint or seed it is held against."""


class ResponseInvalid(QuestionBankError):
    """A response to a position or an option that the form does not have."""


class CorrectionInvalid(QuestionBankError):
    """A correction of a key that does not fit its item, or changes nothing."""


class DocumentInvalid(QuestionBankError):
    """JSON that is not the canonical document expected (size, syntax, fields, types)."""


class FormatRefused(QuestionBankError):
    """A whole file that is not read: too large, hostile, broken, or not a table we know."""


class MediaRefused(QuestionBankError):
    """A picture that is not let in: too large, broken, or of a kind that is not shown."""


class ResponsesInvalid(QuestionBankError):
    """A file of responses, keys or times that cannot be analysed; `params` fill the words of `code`."""

    def __init__(self, code: str, sentence: str, params: Mapping[str, str]) -> None:
        super().__init__(code, sentence)
        self.params = params
