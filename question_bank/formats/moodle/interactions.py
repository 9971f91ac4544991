"""What a question asks for, as an interaction: one function for each kind of body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from question_bank.formats.moodle.content import Content, Unrepresentable, plain_content, read_content
from question_bank.formats.moodle.gaps import Gapped, accepted_texts, cloze_gaps, menu_gaps
from question_bank.formats.moodle.grading import FULL, one_right, partial_credit, several_right
from question_bank.formats.moodle.tags import Described
from question_bank.formats.moodle.texts import MoodleText, TextFormat
from question_bank.formats.moodle.tree import (
    Answer,
    Body,
    ClozeBody,
    GapBody,
    MatchingBody,
    MultiChoiceBody,
    NumericalBody,
    OrderingBody,
    OtherBody,
    ShortAnswerBody,
    TrueFalseBody,
)
from question_bank.formats.reports import Problem, clip
from question_bank.interactions import (
    FALSE_ID,
    OPTION_IDS,
    TRUE_FALSE_OPTIONS,
    TRUE_ID,
    Choice,
    Cloze,
    Interaction,
    Matching,
    Numeric,
    Option,
    Ordering,
    Pair,
    TextEntry,
    read_number,
)
from question_bank.item_types import ItemType

_FIXED_ORDER = Problem(code="moodle.fixed_order", field="options")
_TRUTH = {"true": TRUE_ID, "false": FALSE_ID}
_LABELS = {option.id: option.text for option in TRUE_FALSE_OPTIONS}
_ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a question asks for. `build` makes the interaction out of the texts of `options`, once it is

    decided how all texts of the item are written. `remarks` pairs an answer with the feedback for it.
    """

    type: ItemType
    stem: Content
    build: Callable[[Sequence[str]], Interaction]
    options: tuple[Content, ...] = ()
    remarks: tuple[tuple[str, MoodleText], ...] = ()
    problems: tuple[Problem, ...] = ()


def read_interaction(body: Body, stem: MoodleText, described: Described) -> Asked:
    """What the question asks for. Raises Unrepresentable."""
    match body:
        case TrueFalseBody():
            return _true_false(body, stem)
        case MultiChoiceBody():
            return _multi_choice(body, stem)
        case ShortAnswerBody():
            return _short_answer(body, stem, described)
        case NumericalBody():
            return _numerical(body, stem, described)
        case MatchingBody():
            return _matching(body, stem)
        case ClozeBody():
            return _gapped(cloze_gaps(body.parts), stem)
        case GapBody():
            return _gapped(menu_gaps(body, stem.text), stem)
        case OrderingBody():
            return _ordering(body, stem)
        case OtherBody():
            raise Unrepresentable("moodle.type_unsupported", "type", body.type, unsupported=True)


def _fixed(interaction: Interaction) -> Callable[[Sequence[str]], Interaction]:
    return lambda _texts: interaction


def _remarks(answers: Sequence[Answer], labels: Sequence[str]) -> tuple[tuple[str, MoodleText], ...]:
    pairs = zip(labels, answers, strict=True)
    return tuple((label, answer.feedback) for label, answer in pairs if answer.feedback.text.strip())


def _options(texts: Sequence[str]) -> tuple[Option, ...]:
    if len(texts) > len(OPTION_IDS):
        raise Unrepresentable("item.options_number", "options", texts[0])
    return tuple(Option(id=letter, text=text) for letter, text in zip(OPTION_IDS, texts, strict=False))


def _true_false(body: TrueFalseBody, stem: MoodleText) -> Asked:
    ids = [_TRUTH.get(answer.text.text.strip().lower(), "") for answer in body.answers]
    if not all(ids) or len(set(ids)) != len(ids):
        raise Unrepresentable("moodle.true_false_unreadable", "options", body.answers[0].text.text)
    place, problems = one_right([answer.fraction for answer in body.answers])
    choice = Choice(options=TRUE_FALSE_OPTIONS, key=frozenset({ids[place]}))
    return Asked(
        type=ItemType.TRUE_FALSE,
        stem=read_content("stem", stem),
        build=_fixed(choice),
        remarks=_remarks(body.answers, [_LABELS[option_id] for option_id in ids]),
        problems=problems,
    )


def _multi_choice(body: MultiChoiceBody, stem: MoodleText) -> Asked:
    fractions = [answer.fraction for answer in body.answers]
    if body.single:
        place, problems = one_right(fractions)
        right: tuple[int, ...] = (place,)
    else:
        right, problems = several_right(fractions)
        if len(right) == 1:
            problems = (*problems, Problem(code="moodle.several_with_one_right", field="type"))
    if not body.shuffled:
        problems = (*problems, _FIXED_ORDER)

    def build(texts: Sequence[str]) -> Interaction:
        options = _options(texts)
        return Choice(options=options, key=frozenset(options[place].id for place in right))

    return Asked(
        type=ItemType.SINGLE_CHOICE if len(right) == 1 else ItemType.MULTIPLE_CHOICE,
        stem=read_content("stem", stem),
        build=build,
        options=tuple(read_content("option", answer.text) for answer in body.answers),
        remarks=_remarks(body.answers, [clip(answer.text.text) for answer in body.answers]),
        problems=problems,
    )


def _short_answer(body: ShortAnswerBody, stem: MoodleText, described: Described) -> Asked:
    full = [answer.text.text.strip() for answer in body.answers if answer.fraction == FULL]
    if not full:
        raise Unrepresentable("key.none_right", "key")
    entry = TextEntry(
        accepted=accepted_texts(full),
        fold_case=not (body.case_matters or described.match_case),
        fold_width=not described.match_width,
    )
    return Asked(
        type=ItemType.TEXT_ENTRY,
        stem=read_content("stem", stem),
        build=_fixed(entry),
        remarks=_remarks(body.answers, [clip(answer.text.text) for answer in body.answers]),
        problems=partial_credit([answer.fraction for answer in body.answers]),
    )


def _numerical(body: NumericalBody, stem: MoodleText, described: Described) -> Asked:
    place, problems = one_right([answer.fraction for answer in body.answers])
    answer = body.answers[place]
    written = answer.text.text.strip()
    value = read_number(written)
    if value is None:
        code = "key.any_number" if written == _ANY else "key.number_unreadable"
        raise Unrepresentable(code, "key", written)
    unit, remarked = _unit(body, described)
    numeric = Numeric(value=value, unit=unit)
    if answer.tolerance is not None:
        numeric = Numeric(value=value, tolerance=answer.tolerance, unit=unit)
    return Asked(
        type=ItemType.NUMERIC,
        stem=read_content("stem", stem),
        build=_fixed(numeric),
        remarks=_remarks(body.answers, [clip(answer.text.text) for answer in body.answers]),
        problems=(*problems, *remarked),
    )


def _unit(body: NumericalBody, described: Described) -> tuple[str, tuple[Problem, ...]]:
    """The unit that the right value is in, and what to say of others."""
    if not body.units:
        return described.unit, ()
    own = [unit.name for unit in body.units if unit.multiplier == 1]
    if len(own) != 1:
        raise Unrepresentable("moodle.units_unreadable", "unit", ", ".join(unit.name for unit in body.units))
    others = ", ".join(unit.name for unit in body.units if unit.multiplier != 1)
    dropped = Problem(code="moodle.units_dropped", field="unit", value=clip(others))
    return own[0], (dropped,) if others else ()


def _matching(body: MatchingBody, stem: MoodleText) -> Asked:
    targets = tuple(dict.fromkeys(row.answer for row in body.rows if row.answer))
    rows = [row for row in body.rows if row.text.text.strip()]
    for row in rows:
        if not row.answer:
            raise Unrepresentable("key.source_without_target", "key", row.text.text)

    def build(texts: Sequence[str]) -> Interaction:
        sources = tuple(
            Option(id=str(number), text=text) for number, text in enumerate(texts[: len(rows)], start=1)
        )
        options = _options(texts[len(rows) :])
        pairs = (
            Pair(source=source.id, target=options[targets.index(row.answer)].id)
            for source, row in zip(sources, rows, strict=True)
        )
        return Matching(sources=sources, targets=options, key=frozenset(pairs))

    return Asked(
        type=ItemType.MATCHING,
        stem=read_content("stem", stem),
        build=build,
        options=(
            *(read_content("option", row.text) for row in rows),
            *(plain_content(target) for target in targets),
        ),
        problems=() if body.shuffled else (_FIXED_ORDER,),
    )


def _gapped(gapped: Gapped, stem: MoodleText) -> Asked:
    marked = MoodleText(format=stem.format, text=gapped.text, files=stem.files)
    return Asked(
        type=ItemType.CLOZE,
        stem=read_content("stem", marked),
        build=_fixed(Cloze(gaps=gapped.gaps)),
        remarks=tuple(
            (clip(label), MoodleText(format=TextFormat.PLAIN, text=text)) for label, text in gapped.remarks
        ),
        problems=gapped.problems,
    )


def _ordering(body: OrderingBody, stem: MoodleText) -> Asked:
    problems = () if body.whole else (Problem(code="moodle.selection_dropped", field="options"),)

    def build(texts: Sequence[str]) -> Interaction:
        options = _options(texts)
        return Ordering(options=options, key=tuple(option.id for option in options))

    return Asked(
        type=ItemType.ORDERING,
        stem=read_content("stem", stem),
        build=build,
        options=tuple(read_content("option", answer) for answer in body.answers),
        problems=problems,
    )
