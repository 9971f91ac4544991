"""Embedded answers and marked gaps as the gaps of a cloze."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.content import Markup, clean_html, plain
from question_bank.formats.moodle.cloze import Alternative, Embedded, EmbeddedType
from question_bank.formats.moodle.content import Unrepresentable
from question_bank.formats.moodle.grading import FULL, one_right, partial_credit
from question_bank.formats.moodle.tree import GapBody, GapChoice
from question_bank.formats.reports import Problem, clip
from question_bank.interactions import (
    GAP_MARK,
    OPTION_IDS,
    Choice,
    Gap,
    GapEntry,
    Numeric,
    Option,
    TextEntry,
    read_number,
)

_MARK = re.compile(r"\[\[([0-9]{1,4})\]\]")
_WILDCARD = re.compile(r"\\\*|\*")
_TEXT_TYPES = (EmbeddedType.SHORT, EmbeddedType.SHORT_CASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gapped:
    """A text with its gaps marked `[[1]]`, `[[2]]`... and what stands behind the marks.

    `remarks` pairs an answer with the feedback for it.
    """

    text: str
    gaps: tuple[Gap, ...]
    remarks: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


def cloze_gaps(parts: Sequence[str | Embedded]) -> Gapped:
    """The gaps of a text cut at its embedded answers. Raises Unrepresentable."""
    texts: list[str] = []
    gaps: list[Gap] = []
    remarks: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for part in parts:
        if isinstance(part, str):
            if GAP_MARK.search(part):
                raise Unrepresentable("item.gaps_unmarked", "stem", part)
            texts.append(part)
            continue
        entry, remarked = _entry(part)
        gap = Gap(id=str(len(gaps) + 1), entry=entry, weight=part.weight)
        gaps.append(gap)
        texts.append(f"[[{gap.id}]]")
        problems += remarked
        found = ((_shown(a.text), _shown(a.feedback)) for a in part.alternatives if a.feedback)
        remarks += [(text, feedback) for text, feedback in found if feedback]
    return Gapped(text="".join(texts), gaps=tuple(gaps), remarks=tuple(remarks), problems=tuple(problems))


def accepted_texts(answers: Sequence[str]) -> tuple[str, ...]:
    r"""Texts that get all points, `\*` for a star. Raises Unrepresentable where a "*" stands for anything."""
    for answer in answers:
        if "*" in _WILDCARD.findall(answer):
            raise Unrepresentable("key.wildcard", "key", answer)
    return tuple(answer.replace("\\*", "*") for answer in answers)


def menu_gaps(body: GapBody, stem: str) -> Gapped:
    """The gaps of a text that marks the number of the right choice of each. Raises Unrepresentable."""
    gaps: list[Gap] = []
    lost: set[str] = set()

    def marked(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(body.choices):
            raise Unrepresentable("moodle.gap_without_choice", "stem", found[0])
        gap_id = str(len(gaps) + 1)
        gaps.append(Gap(id=gap_id, entry=_menu(body.choices, body.choices[number - 1], lost)))
        return f"[[{gap_id}]]"

    text = _MARK.sub(marked, stem)
    problems = []
    if lost:
        problems.append(Problem(code="markup.removed", field="options", value=clip(", ".join(sorted(lost)))))
    if body.dragged:
        problems.append(Problem(code="moodle.dragged_as_menu", field="type"))
    return Gapped(text=text, gaps=tuple(gaps), remarks=(), problems=tuple(problems))


def _menu(choices: Sequence[GapChoice], right: GapChoice, lost: set[str]) -> Choice:
    options: list[Option] = []
    key = ""
    for choice in choices:
        if choice.group != right.group:
            continue
        if len(options) == len(OPTION_IDS):
            raise Unrepresentable("item.options_number", "options", right.text)
        options.append(Option(id=OPTION_IDS[len(options)], text=_shown(choice.text)))
        lost |= set(_tags(choice.text))
        if choice is right:
            key = options[-1].id
    return Choice(options=tuple(options), key=frozenset({key}))


def _entry(embedded: Embedded) -> tuple[GapEntry, tuple[Problem, ...]]:
    alternatives = embedded.alternatives
    fractions = [alternative.fraction for alternative in alternatives]
    full = [alternative for alternative in alternatives if alternative.fraction == FULL]
    if embedded.type in _TEXT_TYPES:
        if not full:
            raise Unrepresentable("key.none_right", "key", alternatives[0].text)
        accepted = accepted_texts([html.unescape(alternative.text) for alternative in full])
        entry = TextEntry(accepted=accepted, fold_case=embedded.type is EmbeddedType.SHORT)
        return entry, partial_credit(fractions)
    if embedded.type is EmbeddedType.NUMERICAL:
        place, problems = one_right(fractions)
        return _numeric(alternatives[place]), problems
    if embedded.type.value.startswith(EmbeddedType.BOXES.value):
        raise Unrepresentable("cloze.several_answers", "gaps", alternatives[0].text, unsupported=True)
    place, problems = one_right(fractions)
    if len(alternatives) > len(OPTION_IDS):
        raise Unrepresentable("item.options_number", "options", alternatives[0].text)
    options = tuple(
        Option(id=letter, text=_shown(alternative.text))
        for letter, alternative in zip(OPTION_IDS, alternatives, strict=False)
    )
    lost = {tag for alternative in alternatives for tag in _tags(alternative.text)}
    if lost:
        value = clip(", ".join(sorted(lost)))
        problems = (*problems, Problem(code="markup.removed", field="options", value=value))
    return Choice(options=options, key=frozenset({OPTION_IDS[place]})), problems


def _numeric(alternative: Alternative) -> Numeric:
    value, _, tolerance = html.unescape(alternative.text).partition(":")
    read_value, read_tolerance = read_number(value), read_number(tolerance or "0")
    if read_value is None or read_tolerance is None:
        code = "key.any_number" if value.strip() == "*" else "key.number_unreadable"
        raise Unrepresentable(code, "key", alternative.text)
    return Numeric(value=read_value, tolerance=read_tolerance)


def _shown(text: str) -> str:
    """The words of an HTML text: menus show nothing else."""
    return plain(clean_html(text).text, Markup.HTML) if "<" in text else html.unescape(text)


def _tags(text: str) -> list[str]:
    return re.findall(r"<([a-z][a-z0-9]*)", text, re.IGNORECASE)
