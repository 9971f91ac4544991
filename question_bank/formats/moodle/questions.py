"""Items as questions, and what of them a question cannot hold."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from question_bank.content import MEDIA_PREFIX, Markup, plain
from question_bank.formats.moodle.cloze import Alternative, Embedded, EmbeddedType, is_embedded_answer
from question_bank.formats.moodle.grading import FULL, NOTHING, written_share
from question_bank.formats.moodle.tags import STIMULUS_TAG, tags_of
from question_bank.formats.moodle.texts import EmbeddedFile, MoodleText, TextFormat
from question_bank.formats.moodle.tree import (
    Answer,
    Body,
    ClozeBody,
    MatchingBody,
    MultiChoiceBody,
    NumericalBody,
    OrderingBody,
    OtherBody,
    Question,
    ShortAnswerBody,
    Subquestion,
    TrueFalseBody,
    Unit,
)
from question_bank.formats.reports import Loss
from question_bank.interactions import (
    GAP_MARK,
    TRUE_ID,
    Choice,
    Cloze,
    Gap,
    Matching,
    Numeric,
    Ordering,
    TextEntry,
    number_text,
)
from question_bank.item_types import ItemType
from question_bank.items import Item, ItemSet
from question_bank.media import picture_of

_FORMATS = {Markup.TEXT: TextFormat.PLAIN, Markup.HTML: TextFormat.HTML}
_MEDIA = re.compile(re.escape(MEDIA_PREFIX) + r"([0-9a-f]{64})")


class Unwritable(Exception):
    """The item has to be left out: `code` says why, `value` what stands there."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = value


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMaker:
    """Makes questions of items. `pictures` maps the SHA-256 of pictures to bytes (None: the format has none)

    `places` names fields that the format has a place for, so that they need no tag.
    """

    pictures: Mapping[str, bytes] | None
    places: frozenset[str] = frozenset()

    def question(self, item: Item) -> tuple[Question, tuple[Loss, ...]]:
        """The question and what is lost with it. Raises Unwritable."""
        tags, losses = tags_of(item, self.places)
        body, stem, lost = self._body(item)
        losses += tuple(Loss(item_id=item.id, field=field, code=code) for field, code in lost)
        question = Question(
            line=0,
            name=item.id,
            id_number=item.id,
            stem=stem,
            body=body,
            general_feedback=self._text(item.rationale, item.markup),
            combined_feedback=(),
            hints=(),
            tags=tags,
            hidden=False,
        )
        return question, losses

    def stimulus(self, item_set: ItemSet) -> Question:
        """An item set as a description. Raises Unwritable."""
        text = self._text(item_set.stimulus, item_set.markup)
        return Question(
            line=0,
            name=item_set.title or item_set.id,
            id_number=item_set.id,
            stem=text,
            body=OtherBody(type="description"),
            general_feedback=MoodleText(format=text.format, text=""),
            combined_feedback=(),
            hints=(),
            tags=(STIMULUS_TAG,),
            hidden=False,
        )

    def _text(self, text: str, markup: Markup) -> MoodleText:
        files: dict[str, EmbeddedFile] = {}

        def embedded(found: re.Match[str]) -> str:
            if self.pictures is None or found[1] not in self.pictures:
                raise Unwritable("loss.picture", found[1])
            data = self.pictures[found[1]]
            name = picture_of(data).file_name
            files[name] = EmbeddedFile(name=name, content=base64.b64encode(data).decode("ascii"))
            return f"@@PLUGINFILE@@/{name}"

        if markup is Markup.HTML:
            text = _MEDIA.sub(embedded, text)
        return MoodleText(format=_FORMATS[markup], text=text, files=tuple(files.values()))

    def _body(self, item: Item) -> tuple[Body, MoodleText, list[tuple[str, str]]]:
        """Body, stem, and pairs of field and code of what is lost."""
        lost: list[tuple[str, str]] = []
        stem = self._text(item.stem, item.markup)
        match item.interaction:
            case Choice() as choice if item.type is ItemType.TRUE_FALSE:
                return _true_false(choice), stem, lost
            case Choice() as choice:
                return self._choice(item, choice), stem, lost
            case TextEntry() as entry:
                return _short_answer(entry), stem, lost
            case Numeric() as numeric:
                return _numerical(numeric), stem, lost
            case Matching() as matching:
                pairs, lost = self._matching(item, matching)
                return pairs, stem, lost
            case Ordering() as ordering:
                if ordering.key != ordering.option_ids:
                    lost.append(("options", "loss.order"))
                texts = {option.id: option.text for option in ordering.options}
                answers = tuple(self._text(texts[option_id], item.markup) for option_id in ordering.key)
                return OrderingBody(answers=answers, whole=True), stem, lost
            case Cloze() as cloze:
                embedded, lost = _cloze(cloze, stem.text)
                return embedded, stem, lost

    def _choice(self, item: Item, choice: Choice) -> MultiChoiceBody:
        """A wrong option takes off what a right one gives: else who marks everything gets everything."""
        single = item.type is ItemType.SINGLE_CHOICE
        share = FULL if single else written_share(len(choice.key))
        wrong = NOTHING if single else -share
        return MultiChoiceBody(
            answers=tuple(
                _answer(self._text(option.text, item.markup), share if option.id in choice.key else wrong)
                for option in choice.options
            ),
            single=single,
            shuffled=True,
        )

    def _matching(self, item: Item, matching: Matching) -> tuple[MatchingBody, list[tuple[str, str]]]:
        if len(matching.key) > len(matching.sources):
            raise Unwritable("loss.several_targets", item.stem)
        lost = [("options", "loss.several_targets")] if matching.multiple else []
        targets = {target.id: _words(target.text, item.markup) for target in matching.targets}
        if len(set(targets.values())) < len(targets):
            raise Unwritable("loss.target_markup", item.stem)
        if any(target.text != _written_back(targets[target.id], item.markup) for target in matching.targets):
            lost.append(("options", "loss.target_markup"))
        target_of = {pair.source: pair.target for pair in matching.key_order}
        rows = [
            Subquestion(text=self._text(source.text, item.markup), answer=targets[target_of[source.id]])
            for source in matching.sources
        ]
        used = list(dict.fromkeys(target_of[source.id] for source in matching.sources))
        spare = [target_id for target_id in targets if target_id not in used]
        if [*used, *spare] != list(targets):
            lost.append(("options", "loss.order"))
        empty = MoodleText(format=_FORMATS[item.markup], text="")
        rows += [Subquestion(text=empty, answer=targets[target_id]) for target_id in spare]
        return MatchingBody(rows=tuple(rows), shuffled=True), lost


def _plain(text: str) -> MoodleText:
    return MoodleText(format=TextFormat.PLAIN, text=text)


def _answer(text: MoodleText, fraction: Decimal, tolerance: Decimal | None = None) -> Answer:
    feedback = MoodleText(format=text.format, text="")
    return Answer(fraction=fraction, text=text, feedback=feedback, tolerance=tolerance)


def _words(text: str, markup: Markup) -> str:
    if markup is Markup.TEXT:
        return text
    return plain(text, markup) if "<" in text else html.unescape(text)


def _written_back(text: str, markup: Markup) -> str:
    return text if markup is Markup.TEXT else html.escape(text, quote=False)


def _true_false(choice: Choice) -> TrueFalseBody:
    right = "true" if TRUE_ID in choice.key else "false"
    words = ("true", "false")
    return TrueFalseBody(
        answers=tuple(_answer(_plain(word), FULL if word == right else NOTHING) for word in words)
    )


def _short_answer(entry: TextEntry) -> ShortAnswerBody:
    answers = tuple(_answer(_plain(_starred(text)), FULL) for text in entry.accepted)
    return ShortAnswerBody(answers=answers, case_matters=not entry.fold_case)


def _starred(text: str) -> str:
    r"""A star stands for anything; a real one is written `\*`."""
    return text.replace("*", "\\*")


def _numerical(numeric: Numeric) -> NumericalBody:
    answer = _answer(_plain(number_text(numeric.value)), FULL, numeric.tolerance)
    units = (Unit(name=numeric.unit, multiplier=Decimal(1)),) if numeric.unit else ()
    return NumericalBody(answers=(answer,), units=units)


def _cloze(cloze: Cloze, stem: str) -> tuple[ClozeBody, list[tuple[str, str]]]:
    lost: list[tuple[str, str]] = []
    texts = GAP_MARK.split(stem)[::2]
    if any(is_embedded_answer(text) for text in texts):
        raise Unwritable("loss.embedded_answer", stem)
    if [gap.id for gap in cloze.gaps] != [str(place) for place in range(1, len(cloze.gaps) + 1)]:
        lost.append(("gaps", "loss.gap_ids"))
    parts: list[str | Embedded] = []
    for text, gap in zip(texts, cloze.gaps, strict=False):
        parts += [text, _embedded(gap)]
        if isinstance(gap.entry, TextEntry) and not gap.entry.fold_width:
            lost.append(("gaps", "loss.width"))
        if isinstance(gap.entry, Numeric) and gap.entry.unit:
            lost.append(("gaps", "loss.unit"))
    return ClozeBody(parts=(*parts, texts[-1])), list(dict.fromkeys(lost))


def _embedded(gap: Gap) -> Embedded:
    match gap.entry:
        case Choice() as choice:
            kind = EmbeddedType.MENU
            pairs = [(option.text, FULL if option.id in choice.key else NOTHING) for option in choice.options]
        case TextEntry() as entry:
            kind = EmbeddedType.SHORT if entry.fold_case else EmbeddedType.SHORT_CASE
            pairs = [(_starred(text), FULL) for text in entry.accepted]
        case Numeric() as numeric:
            kind = EmbeddedType.NUMERICAL
            pairs = [(f"{number_text(numeric.value)}:{number_text(numeric.tolerance)}", FULL)]
    return Embedded(weight=gap.weight, type=kind, alternatives=_alternatives(pairs))


def _alternatives(pairs: Sequence[tuple[str, Decimal]]) -> tuple[Alternative, ...]:
    if any(text.endswith(("\\", "&")) for text, _ in pairs):
        raise Unwritable("loss.embedded_end", pairs[0][0])
    return tuple(
        Alternative(fraction=fraction, text=html.escape(text, quote=False), feedback="")
        for text, fraction in pairs
    )
