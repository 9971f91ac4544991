"""What the candidate does with a QTI item, as one of our interactions, and the stem around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from question_bank.content import Markup, plain
from question_bank.formats.qti.bodies import Bodies, is_simple
from question_bank.formats.qti.declarations import Declaration
from question_bank.formats.qti.elements import child, children, flag, name, value, written_name
from question_bank.formats.qti.errors import NotRead, NotSupported
from question_bank.formats.qti.keys import Marking, best_points, many_rules, right_values, typed_key, weights
from question_bank.formats.qti.native import Native, gap_id
from question_bank.formats.qti.processing import Processing
from question_bank.formats.qti.rules import Criterion
from question_bank.formats.reports import Problem, clip
from question_bank.interactions import (
    FALSE_ID,
    OPTION_IDS,
    TRUE_FALSE_OPTIONS,
    TRUE_ID,
    Choice,
    Cloze,
    Gap,
    GapEntry,
    Interaction,
    Matching,
    Numeric,
    Option,
    Ordering,
    Pair,
)
from question_bank.item_types import ItemType
from question_bank.scoring_rules import ScoringRule

INLINE = frozenset({"text-entry-interaction", "inline-choice-interaction"})
SUPPORTED = INLINE | {"choice-interaction", "order-interaction", "match-interaction", "gap-match-interaction"}
MAX_CHOICES = 200
_TRUE_FALSE_PAIRS = (("正确", "错误"), ("对", "错"), ("√", "×"), ("true", "false"))
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|td|th|tr|table|tbody|blockquote|h[3-6]|pre|hr|dl|dt|dd)\b[^<>]*>"
)


@dataclass(slots=True)
class Answer:
    """One item's stem and interaction, option texts still as `Bodies` gives them."""

    type: ItemType
    stem: str
    interaction: Interaction
    rules: tuple[ScoringRule, ...] = ()
    warnings: list[Problem] = field(default_factory=list)


def interactions_of(body: etree._Element) -> list[etree._Element]:
    """Every interaction of a body in the order of the file. Raises NotSupported for what we have none for."""
    found = [element for element in body.iter() if name(element).endswith("-interaction")]
    unknown = dict.fromkeys(written_name(element) for element in found if name(element) not in SUPPORTED)
    if unknown:
        first = next(element for element in found if name(element) not in SUPPORTED)
        raise NotSupported("qti.interaction_unsupported", "type", ", ".join(unknown), first)
    if not found:
        raise NotSupported("qti.no_interaction", "type", "", body)
    if len(found) > 1 and not all(name(element) in INLINE for element in found):
        names = dict.fromkeys(written_name(element) for element in found)
        raise NotSupported("qti.several_interactions", "type", ", ".join(names), found[1])
    return found


class Answers:
    """Reads the interactions of one item."""

    def __init__(
        self,
        bodies: Bodies,
        declared: Mapping[str, Declaration],
        processing: Processing,
        native: Native | None,
    ) -> None:
        self._bodies = bodies
        self._declared = declared
        self._processing = processing
        self._native = native
        self._warnings: list[Problem] = []

    def read(self, body: etree._Element, found: Sequence[etree._Element]) -> Answer:
        """The answer of the item with this body (or the part of it that is the stem)."""
        first = found[0]
        readers: Mapping[str, Callable[[etree._Element], Answer]] = {
            "choice-interaction": self._choice,
            "order-interaction": self._ordering,
            "match-interaction": self._matching,
        }
        if name(first) in readers:
            answer = readers[name(first)](first)
            answer.stem = self._bodies.read(body, self._prompt)
        elif name(first) == "gap-match-interaction":
            answer = self._gap_match(body, first)
        else:
            answer = self._gaps(body, found)
        answer.warnings = self._warnings
        return answer

    def _marking(self, identifier: str) -> Marking:
        return Marking(
            declared=self._declared[identifier],
            award=self._processing.awards[identifier],
            bounds=self._processing.bounds,
            warnings=self._warnings,
        )

    def _prompt(self, element: etree._Element) -> str:
        if name(element) not in SUPPORTED:
            return self._stray(element)
        prompt = child(element, "prompt")
        return "" if prompt is None else f"<div>{self._bodies.read(prompt)}</div>"

    def _stray(self, element: etree._Element) -> str:
        """A gap outside of the interaction that it belongs to."""
        self._bodies.dropped.add(written_name(element))
        return ""

    def _choices(self, element: etree._Element, choice_name: str) -> dict[str, etree._Element]:
        """The choices by identifier, in the author's order."""
        choices: dict[str, etree._Element] = {}
        for choice in children(element, choice_name):
            identifier = value(choice, "identifier")
            if identifier in choices or not identifier or len(choices) >= MAX_CHOICES:
                raise NotRead("qti.choice_repeated", "options", identifier, choice)
            choices[identifier] = choice
        if flag(element, "shuffle") and any(flag(choice, "fixed") for choice in choices.values()):
            self._warn("qti.fixed_lost", "options", choice_name)
        return choices

    def _warn(self, code: str, where: str, what: str) -> None:
        self._warnings.append(Problem(code=code, field=where, value=clip(what)))

    def _options(self, choices: Mapping[str, etree._Element], ids: str) -> tuple[Option, ...]:
        if len(choices) > len(ids):
            raise NotRead("item.options_number", "options", str(len(choices)))
        texts = [self._bodies.read(choice) for choice in choices.values()]
        return tuple(Option(id=option_id, text=text) for option_id, text in zip(ids, texts, strict=False))

    def _choice(self, element: etree._Element) -> Answer:
        marking = self._marking(value(element, "response-identifier"))
        choices = self._choices(element, "simple-choice")
        cardinality = marking.declared.cardinality
        if cardinality not in ("single", "multiple"):
            raise NotRead("qti.response_unclear", "key", cardinality, element)
        many = cardinality == "multiple"
        right = right_values(marking, tuple(choices), many=many)
        rules = many_rules(marking, right, tuple(choices)) if many else ()
        if many and len(right) == 1 and value(element, "max-choices") == "1":
            many = False
            rules = ()
        options = self._options(choices, OPTION_IDS)
        kind = ItemType.MULTIPLE_CHOICE if many else ItemType.SINGLE_CHOICE
        native_true_false = self._native is not None and self._native.type is ItemType.TRUE_FALSE
        if native_true_false or (self._native is None and not many and _true_false(options)):
            key = {_true_false_id(options[list(choices).index(found)]) for found in right if found in choices}
            choice = Choice(options=TRUE_FALSE_OPTIONS, key=frozenset(key))
            return Answer(type=ItemType.TRUE_FALSE, stem="", interaction=choice)
        return Answer(
            type=kind,
            stem="",
            interaction=Choice(options=options, key=_ids(right, tuple(choices), OPTION_IDS)),
            rules=rules,
        )

    def _ordering(self, element: etree._Element) -> Answer:
        marking = self._marking(value(element, "response-identifier"))
        choices = self._choices(element, "simple-choice")
        if marking.declared.cardinality != "ordered":
            raise NotRead("qti.response_unclear", "key", marking.declared.cardinality, element)
        if marking.award.criterion is not Criterion.EXACT:
            raise NotRead("qti.processing_custom", "key", marking.award.criterion.value, element)
        order = tuple(choices)
        places = [order.index(found) if found in choices else -1 for found in marking.expected]
        if -1 in places:
            raise NotRead("item.key_beyond_options", "key", ", ".join(marking.expected), element)
        options = self._options(choices, OPTION_IDS)
        key = tuple(options[place].id for place in places)
        return Answer(type=ItemType.ORDERING, stem="", interaction=Ordering(options=options, key=key))

    def _matching(self, element: etree._Element) -> Answer:
        marking = self._marking(value(element, "response-identifier"))
        sets = list(children(element, "simple-match-set"))
        if len(sets) != 2 or marking.declared.base_type != "directedPair":
            raise NotRead("qti.response_unclear", "key", marking.declared.base_type, element)
        sources, targets = (self._choices(side, "simple-associable-choice") for side in sets)
        possible = [f"{source} {target}" for source in sources for target in targets]
        right = right_values(marking, possible, many=True)
        pairs = {(pair.partition(" ")[0], pair.partition(" ")[2]) for pair in right}
        matched = {source for source, _ in pairs}
        if matched != set(sources) and {target for _, target in pairs} == set(targets):
            # The sources are what has to be matched; here that is the other side.
            sources, targets = targets, sources
            pairs = {(target, source) for source, target in pairs}
            self._warn("qti.sides_swapped", "sources", "")
        source_ids = dict(zip(sources, map(str, range(1, len(sources) + 1)), strict=True))
        target_ids = dict(zip(targets, OPTION_IDS, strict=False))
        if any(source not in source_ids or target not in target_ids for source, target in pairs):
            raise NotRead("item.key_beyond_options", "key", ", ".join(sorted(right)), element)
        texts = [self._bodies.read(choice) for choice in sources.values()]
        interaction = Matching(
            sources=tuple(Option(id=str(number), text=text) for number, text in enumerate(texts, start=1)),
            targets=self._options(targets, OPTION_IDS),
            key=frozenset(Pair(source=source_ids[one], target=target_ids[other]) for one, other in pairs),
            multiple=any(value(choice, "match-max", "1") != "1" for choice in sources.values()),
        )
        rules = many_rules(marking, right, possible)
        return Answer(type=ItemType.MATCHING, stem="", interaction=interaction, rules=rules)

    def _gaps(self, body: etree._Element, found: Sequence[etree._Element]) -> Answer:
        """Typed answers and menus in the text; a typed answer on a line of its own is an item of its own."""
        gaps: list[Gap] = []
        markings: list[Marking] = []

        def place(element: etree._Element) -> str:
            if name(element) not in INLINE:
                return self._stray(element)
            identifier = value(element, "response-identifier")
            marking = self._marking(identifier)
            markings.append(marking)
            name_here = gap_id(element) if self._native else str(len(gaps) + 1)
            gaps.append(Gap(id=name_here, entry=self._entry(element, marking)))
            return f"[[{name_here}]]"

        stem = self._bodies.read(body, place)
        whole = self._native is not None and self._native.type in (ItemType.NUMERIC, ItemType.TEXT_ENTRY)
        if not gaps and whole:
            # Our own stems end before the line on which the answer is typed.
            place(found[0])
        if len(gaps) != len(found):
            raise NotSupported("qti.interaction_hidden", "type", written_name(found[0]), found[0])
        first = gaps[0].entry
        alone = stem if whole else self._alone(stem, gaps)
        if alone and not isinstance(first, Choice):
            kind = ItemType.NUMERIC if isinstance(first, Numeric) else ItemType.TEXT_ENTRY
            return Answer(type=kind, stem=alone, interaction=first)
        return self._cloze(stem, gaps, markings)

    def _cloze(self, stem: str, gaps: Sequence[Gap], markings: Sequence[Marking]) -> Answer:
        points = [None if self._processing.together else best_points(marking) for marking in markings]
        found = weights(points, exact=self._native is not None)
        if found is None:
            self._warn("qti.points_simplified", "key", ", ".join(map(str, points)))
        shares = found or (1,) * len(gaps)
        weighted = tuple(
            Gap(id=gap.id, entry=gap.entry, weight=share) for gap, share in zip(gaps, shares, strict=True)
        )
        summed = len(gaps) > 1 and not self._processing.together and self._processing.stated
        rules = (ScoringRule.PROPORTIONAL,) if summed else ()
        return Answer(type=ItemType.CLOZE, stem=stem, interaction=Cloze(gaps=weighted), rules=rules)

    def _alone(self, stem: str, gaps: Sequence[Gap]) -> str:
        """The stem without the gap where that is the only thing on the last line, else empty."""
        if self._native is not None or len(gaps) != 1:
            return ""
        before, mark, after = stem.partition(f"[[{gaps[0].id}]]")
        line = _BLOCK.split(before)[-1]
        if not mark or any(_shows(part) for part in (line, after)) or not _shows(before):
            return ""
        return self._bodies.cleaned(before + after)

    def _entry(self, element: etree._Element, marking: Marking) -> GapEntry:
        if name(element) == "inline-choice-interaction":
            return self._menu(self._choices(element, "inline-choice"), marking)
        identifier = marking.declared.identifier
        exact_width = self._native is None or identifier in self._native.exact_width
        entry = typed_key(marking, exact_width=exact_width)
        unit = self._native.units.get(identifier, "") if self._native else ""
        if isinstance(entry, Numeric) and unit:
            return Numeric(value=entry.value, tolerance=entry.tolerance, unit=unit)
        return entry

    def _menu(self, choices: Mapping[str, etree._Element], marking: Marking) -> Choice:
        if marking.declared.cardinality != "single":
            raise NotRead("qti.response_unclear", "key", marking.declared.cardinality)
        right = right_values(marking, tuple(choices), many=False)
        if len(choices) > len(OPTION_IDS):
            raise NotRead("item.options_number", "options", str(len(choices)))
        texts = [self._bodies.words(choice) for choice in choices.values()]
        options = tuple(
            Option(id=option_id, text=text) for option_id, text in zip(OPTION_IDS, texts, strict=False)
        )
        return Choice(options=options, key=_ids(right, tuple(choices), OPTION_IDS))

    def _gap_match(self, body: etree._Element, element: etree._Element) -> Answer:
        """Words to be dragged into gaps become menus of all the words."""
        if any(True for _ in children(element, "gap-img")):
            raise NotSupported("qti.interaction_unsupported", "type", "gapImg", element)
        marking = self._marking(value(element, "response-identifier"))
        words = self._choices(element, "gap-text")
        identifiers = [value(gap, "identifier") for gap in element.iter() if name(gap) == "gap"]
        possible = [f"{word} {gap}" for gap in identifiers for word in words][: MAX_CHOICES**2]
        right = right_values(marking, possible, many=True)
        rules = many_rules(marking, right, possible)
        texts = [self._bodies.words(word) for word in words.values()]
        options = tuple(
            Option(id=option_id, text=text) for option_id, text in zip(OPTION_IDS, texts, strict=False)
        )
        if len(words) > len(OPTION_IDS):
            raise NotRead("item.options_number", "options", str(len(words)))
        gaps: list[Gap] = []

        def place(inner: etree._Element) -> str:
            if name(inner) == "gap-text":
                return ""
            if name(inner) != "gap":
                return self._bodies.read(inner, place)
            here = {
                pair.partition(" ")[0]
                for pair in right
                if pair.partition(" ")[2] == value(inner, "identifier")
            }
            menu = Choice(options=options, key=_ids(frozenset(here), tuple(words), OPTION_IDS))
            gaps.append(Gap(id=str(len(gaps) + 1), entry=menu))
            return f"[[{len(gaps)}]]"

        stem = self._bodies.read(body, place)
        self._warn("qti.gap_match_as_menus", "type", "gapMatchInteraction")
        if len(set(identifiers)) != len(gaps):
            raise NotRead("qti.choice_repeated", "options", ", ".join(identifiers), element)
        return Answer(type=ItemType.CLOZE, stem=stem, interaction=Cloze(gaps=tuple(gaps)), rules=rules)


def _shows(found: str) -> bool:
    return bool(plain(found, Markup.HTML)) or "<img" in found or "<math" in found


def _ids(right: frozenset[str], order: Sequence[str], ids: str) -> frozenset[str]:
    """Our ids of the right ones. Raises NotRead for one that does not exist."""
    if not right <= set(order):
        raise NotRead("item.key_beyond_options", "key", ", ".join(sorted(right - set(order))))
    return frozenset(ids[order.index(found)] for found in right)


def _true_false(options: Sequence[Option]) -> bool:
    """Whether the options say exactly right and wrong."""
    words = {plain(option.text, Markup.HTML).casefold() for option in options}
    return (
        len(options) == 2
        and all(is_simple(option.text) for option in options)
        and any(words == set(pair) for pair in _TRUE_FALSE_PAIRS)
    )


def _true_false_id(option: Option) -> str:
    words = plain(option.text, Markup.HTML).casefold()
    return TRUE_ID if words in {true for true, _ in _TRUE_FALSE_PAIRS} else FALSE_ID
