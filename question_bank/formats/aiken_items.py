"""Items out of an Aiken file, and a bank as one. Aiken holds stems, options and one right letter, no more."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

from question_bank.bank import Bank
from question_bank.content import Markup, formulas, plain
from question_bank.errors import ItemInvalid
from question_bank.formats.aiken import AikenFault, AikenQuestion, parse_aiken
from question_bank.formats.drafts import NO_TOPIC
from question_bank.formats.moodle.items import Importer
from question_bank.formats.moodle.questions import Unwritable
from question_bank.formats.moodle.texts import MoodleText, TextFormat
from question_bank.formats.moodle.tree import Answer, Fault, MultiChoiceBody, Question
from question_bank.formats.reports import ImportResult, Loss, Written, clip
from question_bank.formats.written_back import left_out, losses_of
from question_bank.interactions import OPTION_IDS, Choice, Option
from question_bank.item_types import ItemType
from question_bank.items import Item

_EMPTY = MoodleText(format=TextFormat.PLAIN, text="")
_TYPES = (ItemType.TRUE_FALSE, ItemType.SINGLE_CHOICE)
# What an item is like if a file says nothing of it.
_USUAL = {
    field.name: NO_TOPIC if field.name == "topic" else field.default
    for field in fields(Item)
    if field.name not in ("id", "type", "stem", "interaction", "markup")
}


def import_aiken(data: bytes) -> ImportResult:
    """The items of an Aiken file and the report. Raises FormatRefused."""
    entries, encoding = parse_aiken(data)
    importer = Importer()
    for entry in entries:
        match entry:
            case AikenFault():
                importer.take(Fault(line=entry.line, name="", code=entry.code, value=entry.value))
            case AikenQuestion():
                importer.take(_question(entry))
    return importer.result(encoding)


def _question(question: AikenQuestion) -> Question:
    answers = tuple(
        Answer(
            fraction=Decimal(100 if letter == question.key else 0),
            text=MoodleText(format=TextFormat.PLAIN, text=option),
            feedback=_EMPTY,
        )
        for letter, option in zip(OPTION_IDS, question.options, strict=False)
    )
    return Question(
        line=question.line,
        name="",
        id_number="",
        stem=MoodleText(format=TextFormat.PLAIN, text=question.stem),
        body=MultiChoiceBody(answers=answers, single=True, shuffled=True),
        general_feedback=_EMPTY,
        combined_feedback=(),
        hints=(),
        tags=(),
        hidden=False,
    )


def bank_to_aiken(bank: Bank) -> Written:
    """The bank as Aiken in UTF-8; every item is read back before it is kept."""
    parts: list[str] = []
    losses: list[Loss] = []
    for item in bank.items:
        try:
            simple, named = _simplified(item)
        except Unwritable as error:
            losses.append(left_out(item, error.code, error.value))
            continue
        written = _written(simple)
        found = losses_of(simple, import_aiken(written.encode()), named)
        if found is None:
            losses.append(left_out(item, "loss.not_read_back", clip(item.stem)))
            continue
        losses += found
        parts.append(written)
    return Written(data="\n".join(parts).encode(), losses=tuple(losses))


def _simplified(item: Item) -> tuple[Item, tuple[Loss, ...]]:
    """What Aiken can hold of the item, and what it cannot. Raises Unwritable."""
    if item.type not in _TYPES:
        raise Unwritable("loss.type", item.type.value)
    if item.media or "<math" in item.stem or any(formulas(item.stem)):
        raise Unwritable("loss.picture", clip(item.stem))
    lost = [("id", "loss.no_place")]
    if item.type is ItemType.TRUE_FALSE:
        lost.append(("type", "loss.true_false_as_choice"))
    if item.markup is Markup.HTML:
        lost.append(("markup", "loss.markup"))
    lost += [(name, "loss.no_place") for name, usual in _USUAL.items() if getattr(item, name) != usual]
    options = tuple(
        Option(id=letter, text=plain(option.text, item.markup))
        for letter, option in zip(OPTION_IDS, item.choice.options, strict=False)
    )
    places = [option.id in item.choice.key for option in item.choice.options]
    try:
        simple = Item(
            id=item.id,
            type=ItemType.SINGLE_CHOICE,
            stem=plain(item.stem, item.markup),
            interaction=Choice(options=options, key=frozenset({options[places.index(True)].id})),
            topic=NO_TOPIC,
        )
    except ItemInvalid as error:
        raise Unwritable("loss.markup", clip(item.stem)) from error
    return simple, tuple(Loss(item_id=item.id, field=field, code=code) for field, code in lost)


def _written(item: Item) -> str:
    options = (f"{option.id}. {option.text}" for option in item.choice.options)
    return "\n".join([item.stem, *options, f"ANSWER: {item.choice.key_order[0]}", ""])
