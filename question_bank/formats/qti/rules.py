"""Response processing written out in the item: which marks it gives for what.

Only rules that touch SCORE matter; feedback is another affair. Each such rule must be one of: points for a
response that is right, the mapped points of a response, a bound on the score. No guesses: what is anything
else raises NotRead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from lxml import etree

from question_bank.formats.qti.elements import below, child, flag, name, number, text, value
from question_bank.formats.qti.errors import NotRead

SCORE = "SCORE"
_BRANCHES = frozenset({"response-if", "response-else-if", "response-else"})


class Criterion(StrEnum):
    """When a response earns its points."""

    EXACT = "exact"
    EQUAL = "equal"
    TEXT = "text"
    MAPPED = "mapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """How one response is marked: `points` for a right one (None: not said, or by the mapping).

    `expected` are the values written in the rule in place of the declared correct ones. `tolerance` of
    EQUAL is what may be missing or too much, a percentage when `relative`. `case_sensitive` is of TEXT.
    """

    criterion: Criterion
    points: Decimal | None = None
    expected: tuple[str, ...] = ()
    tolerance: Decimal = Decimal(0)
    relative: bool = False
    case_sensitive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Between which points the score is held; None for no bound."""

    lower: Decimal | None = None
    upper: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the rules of an item come to."""

    awards: Mapping[str, Award]
    together: bool
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Points:
    """What one `set-outcome-value` does to SCORE: points and mapped responses, added or set."""

    added: bool
    points: Decimal = Decimal(0)
    mapped: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether it earns nothing."""
        return not self.points and not self.mapped


@dataclass(frozen=True, slots=True, kw_only=True)
class _Condition:
    """What a branch asks: responses that are right, that are given at all, that are not given."""

    right: Mapping[str, Award] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()


def read_rules(item: etree._Element, processing: etree._Element, responses: frozenset[str]) -> Rules:
    """What the rules inside `response-processing` come to. Raises NotRead (`qti.processing_custom`)."""
    reading = _Reading(item, processing, responses)
    for rule in processing:
        reading.take(rule)
    if not reading.awards:
        raise _custom(processing)
    return Rules(
        awards=reading.awards,
        together=reading.together,
        bounds=Bounds(lower=reading.lower, upper=reading.upper),
    )


def _custom(element: etree._Element) -> NotRead:
    return NotRead("qti.processing_custom", "key", name(element), element)


def _sets(rule: etree._Element) -> list[str]:
    found = [value(inner, "identifier") for inner in below(rule, "set-outcome-value", "lookup-outcome-value")]
    if name(rule) in ("set-outcome-value", "lookup-outcome-value"):
        found.append(value(rule, "identifier"))
    return found


class _Reading:
    """The rules of one item as far as they have been taken."""

    def __init__(self, item: etree._Element, processing: etree._Element, responses: frozenset[str]) -> None:
        self.awards: dict[str, Award] = {}
        self.together = False
        self.lower: Decimal | None = None
        self.upper: Decimal | None = None
        self._responses = responses
        self._constants = _constants(item, {outcome for rule in processing for outcome in _sets(rule)})
        if _constants(item, set()).get(SCORE):
            raise _custom(processing)

    def take(self, rule: etree._Element) -> None:
        """One more rule. Raises NotRead."""
        if name(rule) == "exit-response" or any(below(rule, "exit-response", "include")):
            raise _custom(rule)
        if SCORE not in _sets(rule):
            return
        match name(rule):
            case "set-outcome-value":
                self._award(_Condition(), self._points(rule), rule)
            case "response-condition" if not self._is_bound(rule):
                self._choose(rule)
            case "response-condition":
                pass
            case _:
                raise _custom(rule)

    def _choose(self, rule: etree._Element) -> None:
        """A condition of which exactly one branch gives points, the ones before it only for no answer."""
        unanswered: frozenset[str] = frozenset()
        before, earned = bool(self.awards), False
        for branch in _branches(rule):
            action = self._action(branch)
            is_else = name(branch) == "response-else"
            condition = _Condition() if is_else else self._condition(branch[0])
            if action is not None and action.nothing and not action.added and before:
                # It would take back what other rules gave.
                raise _custom(branch)
            if action is not None and not action.nothing:
                if earned or condition.absent:
                    raise _custom(branch)
                given = condition.given | unanswered
                self._award(_Condition(right=condition.right, given=given), action, branch)
                earned = True
            elif not earned:
                if not condition.absent or condition.right or condition.given:
                    raise _custom(branch)
                unanswered |= condition.absent

    def _award(self, condition: _Condition, action: _Points, at: etree._Element) -> None:
        if action.points < 0 or (self.awards and not action.added):
            raise _custom(at)
        marked = set(action.mapped) | condition.right.keys()
        if not condition.given <= marked or (condition.given and len(action.mapped) > 1):
            raise _custom(at)
        if action.mapped:
            if action.points or condition.right:
                raise _custom(at)
            for response in action.mapped:
                self._add(response, Award(criterion=Criterion.MAPPED), at)
        elif not action.nothing:
            if not condition.right or (len(condition.right) > 1 and self.awards) or self.together:
                raise _custom(at)
            self.together = len(condition.right) > 1
            for response, award in condition.right.items():
                self._add(response, _with_points(award, action.points), at)

    def _add(self, response: str, award: Award, at: etree._Element) -> None:
        if response in self.awards or response not in self._responses:
            raise _custom(at)
        self.awards[response] = award

    def _action(self, branch: etree._Element) -> _Points | None:
        """What the branch does to SCORE, None when it leaves it alone."""
        touching = [rule for rule in branch if SCORE in _sets(rule)]
        if not touching:
            return None
        if len(touching) > 1 or name(touching[0]) != "set-outcome-value":
            raise _custom(branch)
        return self._points(touching[0])

    def _points(self, rule: etree._Element) -> _Points:
        if len(rule) != 1:
            raise _custom(rule)
        terms = list(rule[0]) if name(rule[0]) == "sum" else [rule[0]]
        added = False
        points = Decimal(0)
        mapped: list[str] = []
        for term in terms:
            if name(term) == "map-response":
                mapped.append(value(term, "identifier"))
            elif name(term) == "variable" and value(term, "identifier") == SCORE:
                added = True
            else:
                points += self._constant(term)
        return _Points(added=added, points=points, mapped=tuple(mapped))

    def _constant(self, expression: etree._Element) -> Decimal:
        """A number that no response changes."""
        found = None
        if name(expression) == "base-value":
            found = number(text(expression))
        elif name(expression) == "variable":
            found = self._constants.get(value(expression, "identifier"))
        if found is None:
            raise _custom(expression)
        return found

    def _condition(self, expression: etree._Element) -> _Condition:
        match name(expression):
            case "and" if len(expression):
                return self._conjunction(expression)
            case "is-null":
                return _Condition(absent=frozenset({self._response(expression)}))
            case "not" if len(expression) == 1 and name(expression[0]) == "is-null":
                return _Condition(given=frozenset({self._response(expression[0])}))
            case "match" | "equal" | "string-match" if len(expression) == 2:
                response, award = self._comparison(expression)
                return _Condition(right={response: award})
            case _:
                raise _custom(expression)

    def _conjunction(self, expression: etree._Element) -> _Condition:
        right: dict[str, Award] = {}
        given: frozenset[str] = frozenset()
        absent: frozenset[str] = frozenset()
        for operand in expression:
            inner = self._condition(operand)
            if right.keys() & inner.right.keys():
                raise _custom(operand)
            right |= inner.right
            given |= inner.given
            absent |= inner.absent
        return _Condition(right=right, given=given, absent=absent)

    def _response(self, expression: etree._Element) -> str:
        variable = child(expression, "variable")
        identifier = "" if variable is None else value(variable, "identifier")
        if identifier not in self._responses:
            raise _custom(expression)
        return identifier

    def _comparison(self, expression: etree._Element) -> tuple[str, Award]:
        response = self._response(expression)
        (other,) = [operand for operand in expression if name(operand) != "variable"] or [expression]
        if name(other) == "correct" and value(other, "identifier") == response:
            expected: tuple[str, ...] = ()
        elif name(other) == "base-value":
            expected = (text(other),)
        elif name(other) in ("multiple", "ordered") and {name(inner) for inner in other} == {"base-value"}:
            expected = tuple(text(inner) for inner in other)
        else:
            raise _custom(expression)
        match name(expression):
            case "match":
                return response, Award(criterion=Criterion.EXACT, expected=expected)
            case "equal":
                return response, _equal(expression, expected)
            case _:
                if flag(expression, "substring"):
                    raise _custom(expression)
                case_sensitive = flag(expression, "case-sensitive", default=True)
                return response, Award(
                    criterion=Criterion.TEXT, expected=expected, case_sensitive=case_sensitive
                )

    def _is_bound(self, rule: etree._Element) -> bool:
        """Whether the rule is "if SCORE < x, SCORE is x" (or >); x is noted."""
        if len(rule) != 1 or name(rule[0]) != "response-if" or len(rule[0]) != 2:
            return False
        compared, action = rule[0]
        if name(compared) not in ("lt", "lte", "gt", "gte") or len(compared) != 2:
            return False
        if name(compared[0]) != "variable" or value(compared[0], "identifier") != SCORE:
            return False
        limit = self._constant(compared[1])
        if self._points(action) != _Points(added=False, points=limit):
            return False
        if name(compared) in ("lt", "lte"):
            self.lower = limit
        else:
            self.upper = limit
        return True


def _branches(rule: etree._Element) -> list[etree._Element]:
    """If, else-if and else, with a condition that is all there is in an else taken for more of them."""
    found: list[etree._Element] = []
    for branch in rule:
        if name(branch) not in _BRANCHES or (name(branch) != "response-else" and len(branch) == 0):
            raise _custom(rule)
        inner = [part for part in branch if SCORE in _sets(part)]
        if name(branch) == "response-else" and [name(part) for part in inner] == ["response-condition"]:
            found += _branches(inner[0])
        else:
            found.append(branch)
    return found


def _constants(item: etree._Element, changed: set[str]) -> dict[str, Decimal]:
    """Outcomes with a number for a default that no rule changes (MAXSCORE)."""
    found = {}
    for outcome in item:
        if name(outcome) != "outcome-declaration" or value(outcome, "identifier") in changed:
            continue
        default = child(outcome, "default-value")
        written = None if default is None else child(default, "value")
        points = None if written is None else number(text(written))
        if points is not None:
            found[value(outcome, "identifier")] = points
    return found


def _equal(expression: etree._Element, expected: tuple[str, ...]) -> Award:
    mode = value(expression, "tolerance-mode", "exact")
    if mode == "exact":
        return Award(criterion=Criterion.EQUAL, expected=expected)
    written = value(expression, "tolerance").split()
    tolerances = [number(part) for part in written]
    if mode not in ("absolute", "relative") or len(tolerances) not in (1, 2) or None in tolerances:
        raise _custom(expression)
    inclusive = flag(expression, "include-lower-bound", default=True) and flag(
        expression, "include-upper-bound", default=True
    )
    if not inclusive or tolerances[0] != tolerances[-1]:
        raise NotRead("qti.tolerance_unclear", "key", " ".join(written), expression)
    tolerance = tolerances[0] or Decimal(0)
    return Award(
        criterion=Criterion.EQUAL, expected=expected, tolerance=tolerance, relative=mode == "relative"
    )


def _with_points(award: Award, points: Decimal) -> Award:
    return Award(
        criterion=award.criterion,
        points=points,
        expected=award.expected,
        tolerance=award.tolerance,
        relative=award.relative,
        case_sensitive=award.case_sensitive,
    )
