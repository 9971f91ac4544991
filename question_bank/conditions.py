"""Conditions over the attributes of items: `level in [3, 4] and not topic under "电气/低压"`.

The text is what a blueprint file holds and an editor shows; `Condition.text` is its one canonical spelling,
so that equal conditions give equal digests. Numbers are compared exactly (decimal, never float); an attribute
that an item lacks, or that is no number where one is compared, makes a test false.

    or    := and ("or" and)*
    and   := not ("and" not)*
    not   := "not" not | "(" or ")" | test
    test  := NAME ("=" | "!=" | "<" | "<=" | ">" | ">=" | "under") VALUE
           | NAME ["not"] "in" "[" VALUE ("," VALUE)* "]"
           | NAME "is" ("present" | "absent")

NAME is a word; VALUE a number, a word, or a string in double quotes with JSON escapes. `under` is for paths:
`topic under "电气"` holds for 电气 and everything below it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeAlias

from question_bank.errors import BlueprintInvalid

MAX_CONDITION_CHARS = 2_000
MAX_DEPTH = 20
PATH_SEPARATOR = "/"

Attributes: TypeAlias = Mapping[str, str]

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])"""
    r"""|(?P<word>\w+)|(?P<sign><=|>=|!=|[=<>()\[\],]))"""
)
_NAME = re.compile(r"[^\W\d]\w*")
_KEYWORDS = frozenset({"and", "or", "not", "in", "under", "is", "present", "absent"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """One attribute held against values. `operator` is one of = != < <= > >= under in present."""

    attribute: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, attributes: Attributes) -> bool:
        """Whether the item with these attributes passes."""
        actual = attributes.get(self.attribute, "")
        if self.operator == "present":
            return actual != ""
        if actual == "":
            return False
        if self.operator == "under":
            return any(is_under(actual, value) for value in self.values)
        if self.operator in ("=", "in"):
            return any(_same(actual, value) for value in self.values)
        if self.operator == "!=":
            return not _same(actual, self.values[0])
        left, right = number(actual), number(self.values[0])
        return left is not None and right is not None and _ORDER[self.operator](left, right)

    @property
    def text(self) -> str:
        """The canonical spelling."""
        if self.operator == "present":
            return f"{self.attribute} is present"
        if self.operator == "in":
            return f"{self.attribute} in [{', '.join(map(_spelled, self.values))}]"
        return f"{self.attribute} {self.operator} {_spelled(self.values[0])}"


@dataclass(frozen=True, slots=True)
class Not:
    """What the inner expression is not."""

    inner: Expression

    def holds(self, attributes: Attributes) -> bool:
        """The opposite of the inner expression."""
        return not self.inner.holds(attributes)

    @property
    def text(self) -> str:
        """The canonical spelling."""
        return f"not {_bracketed(self.inner)}"


@dataclass(frozen=True, slots=True)
class Joined:
    """Two or more expressions joined by `word`, which is "and" or "or"."""

    word: str
    parts: tuple[Expression, ...]

    def holds(self, attributes: Attributes) -> bool:
        """All of them for "and", one of them for "or"."""
        found = (part.holds(attributes) for part in self.parts)
        return all(found) if self.word == "and" else any(found)

    @property
    def text(self) -> str:
        """The canonical spelling."""
        return f" {self.word} ".join(_bracketed(part) for part in self.parts)


Expression: TypeAlias = "Comparison | Not | Joined"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition; without an expression it holds for every item."""

    expression: Expression | None = None
    text: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "" if self.expression is None else self.expression.text)

    def holds(self, attributes: Attributes) -> bool:
        """Whether an item with these attributes fulfils it."""
        return self.expression is None or self.expression.holds(attributes)

    @property
    def attributes(self) -> frozenset[str]:
        """The names of the attributes that it asks for."""
        return frozenset() if self.expression is None else _asked(self.expression)

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read a condition; blank text holds for everything. Raises BlueprintInvalid (condition.*)."""
        if len(text) > MAX_CONDITION_CHARS:
            raise BlueprintInvalid("condition.too_long", "A condition has at most 2,000 characters.")
        if not text.strip():
            return cls()
        return cls(_Parser(text).whole())


ANY_ITEM = Condition()


def _asked(expression: Expression) -> frozenset[str]:
    match expression:
        case Comparison(attribute=attribute):
            return frozenset({attribute})
        case Not(inner=inner):
            return _asked(inner)
        case Joined(parts=parts):
            return frozenset().union(*(_asked(part) for part in parts))


def is_under(path: str, ancestor: str) -> bool:
    """Whether a topic path is `ancestor` or below it."""
    return path == ancestor or path.startswith(ancestor + PATH_SEPARATOR)


# A bank repeats few values many times, and refusing a text that is no number costs microseconds.
@lru_cache(maxsize=4_096)
def number(text: str) -> Decimal | None:
    """The exact number a value stands for, None when it is no finite number."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _same(left: str, right: str) -> bool:
    if left == right:
        return True
    first, second = number(left), number(right)
    return first is not None and first == second


_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _spelled(value: str) -> str:
    plain = re.fullmatch(r"-?\d+(?:\.\d+)?", value) is not None
    return value if plain else json.dumps(value, ensure_ascii=False)


def _bracketed(expression: Expression) -> str:
    return f"({expression.text})" if isinstance(expression, Joined) else expression.text


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._place = 0
        self._depth = 0
        self._end = len(text.rstrip()) + 1

    def whole(self) -> Expression:
        """The whole text as one expression."""
        found = self._joined("or")
        if self._place < len(self._tokens):
            raise self._unexpected()
        return found

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._place][:2] if self._place < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._place += 1
        return token

    def _unexpected(self, back: int = 0) -> BlueprintInvalid:
        """The refusal of the token `back` before the next one; positions count characters from 1."""
        place = self._place - back
        if place >= len(self._tokens):
            sentence, position = "The condition ends too early.", str(self._end)
            return BlueprintInvalid("condition.ends_early", sentence, position=position)
        _, text, start = self._tokens[place]
        found = text[:40]
        sentence = f"Not expected here: {found}."
        return BlueprintInvalid("condition.unexpected", sentence, position=str(start + 1), found=found)

    def _accept(self, kind: str, text: str) -> bool:
        if self._peek() != (kind, text):
            return False
        self._place += 1
        return True

    def _expect(self, kind: str, text: str) -> None:
        if not self._accept(kind, text):
            raise self._unexpected()

    def _joined(self, word: str) -> Expression:
        """A row of `or`s, or inside one of them a row of `and`s."""
        parts = [self._joined("and") if word == "or" else self._negated()]
        while self._accept("word", word):
            parts.append(self._joined("and") if word == "or" else self._negated())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _negated(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BlueprintInvalid("condition.too_deep", "A condition is nested at most 20 levels deep.")
        if self._accept("word", "not"):
            found: Expression = Not(self._negated())
        elif self._accept("sign", "("):
            found = self._joined("or")
            self._expect("sign", ")")
        else:
            found = self._test()
        self._depth -= 1
        return found

    def _test(self) -> Expression:
        kind, name = self._next()
        if kind != "word" or name in _KEYWORDS or not _NAME.fullmatch(name):
            raise self._unexpected(1)
        token = self._next()
        if token == ("word", "not"):
            self._expect("word", "in")
            return Not(Comparison(name, "in", self._list()))
        if token == ("word", "in"):
            return Comparison(name, "in", self._list())
        if token == ("word", "is"):
            return self._presence(name)
        if token == ("word", "under") or (token[0] == "sign" and token[1] in (*_ORDER, "=", "!=")):
            return Comparison(name, token[1], (self._value(),))
        raise self._unexpected(1)

    def _presence(self, name: str) -> Expression:
        if self._accept("word", "absent"):
            return Not(Comparison(name, "present"))
        self._expect("word", "present")
        return Comparison(name, "present")

    def _list(self) -> tuple[str, ...]:
        self._expect("sign", "[")
        values = [self._value()]
        while self._accept("sign", ","):
            values.append(self._value())
        self._expect("sign", "]")
        return tuple(values)

    def _value(self) -> str:
        kind, text = self._next()
        if kind == "string":
            try:
                return str(json.loads(text))
            except ValueError as error:
                position = str(self._tokens[self._place - 1][2] + 1)
                sentence = f"No string: {text[:40]}."
                raise BlueprintInvalid(
                    "condition.string_invalid", sentence, position=position, found=text[:40]
                ) from error
        if kind == "number" or (kind == "word" and text not in _KEYWORDS):
            return text
        raise self._unexpected(1)


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """(kind, text, start) of every token."""
    found: list[tuple[str, str, int]] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            unread = text[place:].lstrip()
            position, shown = str(len(text) - len(unread) + 1), unread[:40].rstrip()
            sentence = f"Not understood: {shown}"
            raise BlueprintInvalid("condition.unreadable", sentence, position=position, found=shown)
        found.append((match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)))
        place = match.end()
    return found
