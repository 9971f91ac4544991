"""Pools and constraints as the R package TestDesign writes them (CSV), for planning and for comparison.

Item parameters (ID, MODEL, PAR1, ...): 1PL, 2PL, 3PL, PC, GPC and GR models, logistic without 1.7. Attributes
(ID and any columns); names are lower-cased, as R users write them in either case. Constraints (TYPE, WHAT,
CONDITION, LB, UB, ONOFF; Lim and Choi, "Creating constraints in TestDesign package", 2024): Number, Sum,
Order, Enemy, Include, Exclude, AllOrNone. What has no place in a blueprint ends in a FormatRefused that names
the row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from question_bank.blueprint import Blueprint
from question_bank.canonical import digest_bytes
from question_bank.conditions import ANY_ITEM, Comparison, Condition, Expression, Joined, Not
from question_bank.constraints import Constraint, CurveTarget, Measure, SetRule
from question_bank.curves import MICRO, GradedModel, GradedParameters, ItemParameters
from question_bank.errors import FormatRefused
from question_bank.formats.encodings import decode_text
from question_bank.items import Parameters
from question_bank.pool import MAX_POOL_ITEMS, Pool, PoolItem, pool_json
from question_bank.sections import Section

MAX_CELL_CHARS = 2_000
POINTS = 100
STIMULUS = "stimulus"
_OFF = "off"
_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"[^"]*"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<name>[A-Za-z.][\w.]*)|(?P<sign>%in%|==|!=|<=|>=|&&?|\|\|?|[!<>(),]))"""
)
_SIGNS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of constraints, with its line for messages."""

    line: int
    type: str
    what: str
    condition: str
    low: str
    high: str


def read_pool(parameters: bytes, attributes: bytes = b"") -> Pool:
    """The pool of an item parameter file and, where given, an attribute file. Raises FormatRefused."""
    known = {row["id"]: row for _, row in _records(attributes)} if attributes else {}
    items = []
    for line, row in _records(parameters):
        item_id = row.get("id", "")
        own = known.get(item_id, {})
        found = {name: value for name, value in own.items() if value and name not in ("id", STIMULUS)}
        items.append(
            PoolItem(
                id=item_id,
                attributes={**found, "id": item_id},
                parameters=_parameters(line, row),
                item_set=own.get(STIMULUS, ""),
            )
        )
    if not items:
        raise FormatRefused("testdesign.no_items", "The file has no items.")
    ordered = tuple(items)
    return Pool(items=ordered, digest=digest_bytes(pool_json(ordered)))


def read_blueprint(
    constraints: bytes, pool: Pool, title: str, target: CurveTarget | None = None
) -> Blueprint:
    """The blueprint of a constraint file: one section of items of any type, each worth one point.

    Raises FormatRefused or BlueprintInvalid.
    """
    rows = list(_constraint_rows(constraints))
    length = next((row for row in rows if _is_length(row)), None)
    if length is None or length.low != length.high:
        raise FormatRefused("testdesign.no_length", "No row says the one number of items that a form has.")
    section = Section(type=None, title=title, count=_integer(length, length.low), points=POINTS)
    blueprint = Blueprint(title=title, sections=(section,), target=target)
    for row in rows:
        if row is not length:
            blueprint = _with_rule(blueprint, row, pool)
    return blueprint


def _with_rule(blueprint: Blueprint, row: _Row, pool: Pool) -> Blueprint:
    """The blueprint with one more rule."""
    kind, what = row.type.lower(), row.what.lower()
    if kind == "order":
        return replace(blueprint, order_by=(*blueprint.order_by, row.condition.strip().lower()))
    if kind == "number" and row.condition.strip().lower() == "per stimulus":
        rule = SetRule(at_least=_integer(row, row.low), at_most=_integer(row, row.high))
        return replace(blueprint, sets=rule)
    if kind in ("number", "sum"):
        return replace(blueprint, constraints=(*blueprint.constraints, _constraint(row, kind, what)))
    condition = _condition(row, row.condition)
    if what != "item":
        raise _refused(row, "testdesign.unsupported", f"{row.type} of {row.what} is not supported.")
    match kind:
        case "enemy":
            ids = tuple(item.id for item in pool.items if condition.holds(item.attributes))
            return replace(blueprint, enemies=(*blueprint.enemies, ids)) if len(ids) > 1 else blueprint
        case "include":
            return replace(blueprint, include=(*blueprint.include, condition))
        case "exclude":
            return replace(blueprint, exclude=(*blueprint.exclude, condition))
        case "allornone":
            return replace(blueprint, together=(*blueprint.together, condition))
    raise _refused(row, "testdesign.unsupported", f"The type {row.type[:40]} is not known.")


def _constraint(row: _Row, kind: str, what: str) -> Constraint:
    attribute, condition = "", row.condition
    if kind == "sum":
        attribute, _, condition = row.condition.partition(",")
    return Constraint(
        label=_label(row),
        where=_condition(row, condition),
        measure=Measure.SUM if kind == "sum" else Measure.SETS if what == STIMULUS else Measure.ITEMS,
        attribute=attribute.strip().lower(),
        at_least=_integer(row, row.low),
        at_most=_integer(row, row.high),
    )


def _label(row: _Row) -> str:
    return f"{row.line}: {row.condition or row.type}"[:100]


def _is_length(row: _Row) -> bool:
    return row.type.lower() == "number" and row.what.lower() == "item" and not row.condition.strip()


def _constraint_rows(data: bytes) -> Iterator[_Row]:
    for line, row in _records(data):
        if row.get("onoff", "").lower() == _OFF:
            continue
        yield _Row(
            line=line,
            type=row.get("type", ""),
            what=row.get("what", ""),
            condition=row.get("condition", ""),
            low=row.get("lb", ""),
            high=row.get("ub", ""),
        )


def _records(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by lower-cased column) of a CSV file; limits before anything is built."""
    reader = csv.reader(io.StringIO(decode_text(data)[0]), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        for count, cells in enumerate(reader):
            if count >= MAX_POOL_ITEMS or any(len(cell) > MAX_CELL_CHARS for cell in cells):
                raise FormatRefused("testdesign.too_large", "The file has too many rows or too long cells.")
            values = ["" if cell.strip() == "NA" else cell.strip() for cell in cells]
            if any(values):
                yield reader.line_num, dict(zip(header, values, strict=False))
    except csv.Error as error:
        raise FormatRefused("testdesign.no_table", f"Line {reader.line_num}: {error}.") from error


def _parameters(line: int, row: Mapping[str, str]) -> ItemParameters:
    """The model's parameters in millionths."""
    try:
        values = [_micro(row[name]) for name in sorted(_parameter_names(row), key=lambda n: int(n[3:]))]
    except (InvalidOperation, ValueError) as error:
        raise FormatRefused(
            "testdesign.parameter_invalid", f"Line {line}: a parameter is no number."
        ) from error
    match row.get("model", "").upper(), values:
        case ("1PL" | "1", [b]):
            return Parameters(a=MICRO, b=b, c=0)
        case ("2PL" | "2", [a, b]):
            return Parameters(a=a, b=b, c=0)
        case ("3PL" | "3", [a, b, c]):
            return Parameters(a=a, b=b, c=c)
        case ("GR" | "6", [a, *thresholds]) if thresholds:
            return GradedParameters(a=a, thresholds=tuple(thresholds))
        case ("GPC" | "5", [a, *thresholds]) if thresholds:
            model = GradedModel.PARTIAL_CREDIT
            return GradedParameters(a=a, thresholds=tuple(thresholds), model=model)
        case ("PC" | "4", thresholds) if thresholds:
            model = GradedModel.PARTIAL_CREDIT
            return GradedParameters(a=MICRO, thresholds=tuple(thresholds), model=model)
    name = row.get("model", "")[:20]
    raise FormatRefused("testdesign.model_unsupported", f"Line {line}: the model {name} is not supported.")


def _parameter_names(row: Mapping[str, str]) -> list[str]:
    return [name for name, value in row.items() if re.fullmatch(r"par\d{1,2}", name) and value]


def _micro(text: str) -> int:
    return int((Decimal(text) * MICRO).to_integral_value(rounding=ROUND_HALF_EVEN))


def _integer(row: _Row, text: str) -> int:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise _refused(row, "testdesign.bound_invalid", "LB or UB is no number.") from error
    if not amount.is_finite() or amount != int(amount):
        raise _refused(row, "testdesign.bound_invalid", "LB or UB is no whole number.")
    return int(amount)


def _refused(row: _Row, code: str, sentence: str) -> FormatRefused:
    return FormatRefused(code, f"Line {row.line}: {sentence}")


def _condition(row: _Row, text: str) -> Condition:
    """An R expression as a condition."""
    if not text.strip():
        return ANY_ITEM
    tokens = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise _refused(
                row, "testdesign.condition_unreadable", f"Not understood: {text[place : place + 40]}"
            )
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        place = match.end()
    parser = _RExpression(row, tokens)
    return Condition(parser.whole())


class _RExpression:
    """Comparisons, %in%, is.na, !, & and | of R, with R's precedence."""

    def __init__(self, row: _Row, tokens: Sequence[tuple[str, str]]) -> None:
        self._row = row
        self._tokens = list(tokens)
        self._depth = 0

    def whole(self) -> Expression:
        """All tokens as one expression."""
        found = self._joined(("|", "||"))
        if self._tokens:
            raise self._unexpected()
        return found

    def _unexpected(self) -> FormatRefused:
        said = self._tokens[0][1] if self._tokens else "the end"
        return _refused(self._row, "testdesign.condition_unreadable", f"Not expected: {said[:40]}.")

    def _take(self, *signs: str) -> bool:
        if self._tokens and self._tokens[0][0] == "sign" and self._tokens[0][1] in signs:
            self._tokens.pop(0)
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise self._unexpected()

    def _joined(self, signs: tuple[str, ...]) -> Expression:
        either = "|" in signs
        parts = [self._joined(("&", "&&")) if either else self._negated()]
        while self._take(*signs):
            parts.append(self._joined(("&", "&&")) if either else self._negated())
        return parts[0] if len(parts) == 1 else Joined("or" if either else "and", tuple(parts))

    def _negated(self) -> Expression:
        self._depth += 1
        if self._depth > 50:
            raise self._unexpected()
        if self._take("!"):
            inner = self._negated()
            return inner.inner if isinstance(inner, Not) else Not(inner)
        if self._take("("):
            inner = self._joined(("|", "||"))
            self._need(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Expression:
        name = self._word("name")
        if name == "is.na":
            self._need("(")
            inside = self._word("name")
            self._need(")")
            return Not(Comparison(inside.lower(), "present"))
        if self._take("%in%"):
            return Comparison(name.lower(), "in", self._vector())
        for sign, operator in _SIGNS.items():
            if self._take(sign):
                return Comparison(name.lower(), operator, (self._value(),))
        raise self._unexpected()

    def _vector(self) -> tuple[str, ...]:
        if self._word("name") != "c":
            raise self._unexpected()
        self._need("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._need(")")
        return tuple(values)

    def _word(self, kind: str) -> str:
        if not self._tokens or self._tokens[0][0] != kind:
            raise self._unexpected()
        return self._tokens.pop(0)[1]

    def _value(self) -> str:
        if self._tokens and self._tokens[0][0] in ("string", "number"):
            kind, text = self._tokens.pop(0)
            return text[1:-1] if kind == "string" else text
        raise self._unexpected()
