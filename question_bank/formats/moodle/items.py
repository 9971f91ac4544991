"""A question as an item, or the reason why it is none."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from question_bank.content import Markup
from question_bank.errors import ItemInvalid
from question_bank.formats.cells import mentions_figure
from question_bank.formats.drafts import NO_TOPIC, Draft, content_id, settled
from question_bank.formats.moodle.categories import topic_of
from question_bank.formats.moodle.content import (
    Content,
    Unrepresentable,
    read_content,
    read_minor_content,
    unified,
)
from question_bank.formats.moodle.interactions import Asked, read_interaction
from question_bank.formats.moodle.tags import STIMULUS_TAG, Described, read_tags
from question_bank.formats.moodle.tree import Category, Entry, Fault, OtherBody, Question
from question_bank.formats.reports import ImportResult, Problem, SheetReport, clip
from question_bank.interactions import marked_up_texts
from question_bank.items import Item, ItemSet, is_item_id

_DESCRIPTION = "description"
# What Moodle writes into every new question, in the language of the site.
_USUAL_FEEDBACK = frozenset(
    {
        "Your answer is correct.",
        "Your answer is partially correct.",
        "Your answer is incorrect.",
        "您的答案正确。",
        "回答正确。",
        "部分正确",
        "您的答案部分正确。",
        "您的答案不正确。",
        "回答不正确。",
    }
)


@dataclass(slots=True)
class Importer:
    """Takes the entries of a file one by one, then gives the result."""

    topic: str = NO_TOPIC
    drafts: list[Draft] = field(default_factory=list)
    sets: dict[str, ItemSet] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """One entry more."""
        match entry:
            case Category():
                self.topic = topic_of(entry.path)
            case Fault():
                problem = Problem(code=entry.code, field="item", value=clip(entry.value))
                self.drafts.append(_refused(entry.line, entry.name, problem))
            case Question():
                self._take_question(entry)

    def result(self, encoding: str = "") -> ImportResult:
        """The items, sets and pictures, and a report of every question."""
        drafts = [self._with_known_set(draft) for draft in self.drafts]
        items, rows = settled(drafts)
        wanted = {item.item_set for item in items}
        sets = tuple(item_set for item_set in self.sets.values() if item_set.id in wanted)
        shown = {digest for item in items for digest in item.media}
        shown |= {digest for item_set in sets for digest in item_set.media}
        return ImportResult(
            items=items,
            rows=rows,
            sheets=(SheetReport(sheet="", code="sheet.read", encoding=encoding),),
            sets=sets,
            media={digest: self.pictures[digest] for digest in sorted(shown)},
        )

    def _take_question(self, question: Question) -> None:
        try:
            if isinstance(question.body, OtherBody) and _is_stimulus(question):
                self._take_stimulus(question)
                return
            item, problems, pictures = read_question(question, self.topic)
        except Unrepresentable as error:
            draft = _refused(question.line, _name(question), error.problem)
            self.drafts.append(replace(draft, unsupported=error.unsupported))
        except ItemInvalid as error:
            problem = Problem(code=error.code, field=error.field, value=clip(question.stem.text))
            self.drafts.append(_refused(question.line, _name(question), problem))
        else:
            self.pictures |= pictures
            self.drafts.append(Draft(sheet="", row=question.line, item=item, problems=problems))

    def _take_stimulus(self, question: Question) -> None:
        """A description that our writer made of an item set. Raises Unrepresentable, ItemInvalid."""
        stimulus = read_content("stimulus", question.stem)
        item_set = ItemSet(
            id=question.id_number,
            title=question.name if question.name != question.id_number else "",
            stimulus=stimulus.text,
            markup=stimulus.markup,
        )
        self.sets.setdefault(item_set.id, item_set)
        self.pictures |= stimulus.pictures

    def _with_known_set(self, draft: Draft) -> Draft:
        if draft.item is None or not draft.item.item_set or draft.item.item_set in self.sets:
            return draft
        problem = Problem(code="moodle.stimulus_missing", field="item_set", value=draft.item.item_set)
        return replace(draft, item=replace(draft.item, item_set=""), problems=(*draft.problems, problem))


def read_question(question: Question, topic: str) -> tuple[Item, tuple[Problem, ...], Mapping[str, bytes]]:
    """The item, what is worth a look, and its pictures. Raises Unrepresentable, ItemInvalid."""
    described, problems = read_tags(question.tags)
    asked = read_interaction(question.body, question.stem, described)
    remarks = _remarks(question, asked)
    contents = [asked.stem, *asked.options, *(content for _, content in remarks)]
    markup, texts = unified(contents)
    count = 1 + len(asked.options)
    interaction = asked.build(texts[1:count])
    id_problems, item_id = _item_id(question)
    item = Item(
        id=item_id or content_id(asked.type.value, texts[0], list(marked_up_texts(interaction))),
        type=asked.type,
        stem=texts[0],
        interaction=interaction,
        topic=topic,
        rationale=_rationale([label for label, _ in remarks], texts[count:], markup),
        markup=markup,
        must_know=described.must_know,
        difficulty=described.difficulty,
        parameters=described.parameters,
        scoring_rules=described.scoring_rules,
        language=described.language,
        attributes=described.attributes,
        **_labels(question, described, item_id),
    )
    problems = (*id_problems, *asked.problems, *(p for c in contents for p in c.problems), *problems)
    pictures = {digest: data for content in contents for digest, data in content.pictures.items()}
    return item, (*problems, *_dropped(question, item)), pictures


def _labels(question: Question, described: Described, item_id: str) -> dict[str, str]:
    """Source, clause and so on. A name that says more than the id and the stem is kept as the source."""
    labels = dict(described.texts)
    name = " ".join(question.name.split())
    if name and name != item_id and "source" not in labels and not _begins(question.stem.text, name):
        labels["source"] = name
    return labels


def _begins(stem: str, name: str) -> bool:
    """Whether the name is only the beginning of the stem, as Moodle makes it where there is none."""
    return " ".join(stem.split()).startswith(name.removesuffix("...").removesuffix("…").rstrip())


def _item_id(question: Question) -> tuple[tuple[Problem, ...], str]:
    if not question.id_number or is_item_id(question.id_number):
        return (), question.id_number
    return (Problem(code="moodle.id_replaced", field="id", value=clip(question.id_number)),), ""


def _remarks(question: Question, asked: Asked) -> list[tuple[str, Content]]:
    """General feedback without a label, then the feedback for single answers."""
    remarks = []
    if question.general_feedback.text.strip():
        remarks.append(("", read_minor_content("rationale", question.general_feedback)))
    remarks += [(label, read_minor_content("rationale", text)) for label, text in asked.remarks]
    return [(label, content) for label, content in remarks if content.text.strip()]


def _rationale(labels: Sequence[str], texts: Sequence[str], markup: Markup) -> str:
    """One text of all remarks, a line (in HTML a block) for each."""
    if markup is Markup.TEXT:
        return "\n".join(
            f"{label}: {text}" if label else text for label, text in zip(labels, texts, strict=True)
        )
    if not any(labels):
        return "".join(texts)
    blocks = (
        f"<div>{html.escape(label, quote=False)}: {text}</div>" if label else f"<div>{text}</div>"
        for label, text in zip(labels, texts, strict=True)
    )
    return "".join(blocks)


def _dropped(question: Question, item: Item) -> Iterable[Problem]:
    """What else the question says that an item does not hold, and what looks odd."""
    if question.hidden:
        yield Problem(code="moodle.hidden", field="item")
    if question.hints:
        yield Problem(code="moodle.hints_dropped", field="hints", value=clip(question.hints[0].text))
    unusual = [text for text in question.combined_feedback if _words(text.text) not in _USUAL_FEEDBACK]
    if unusual:
        yield Problem(code="moodle.feedback_dropped", field="rationale", value=clip(unusual[0].text))
    if not item.media and mentions_figure(item.plain_stem):
        yield Problem(code="stem.mentions_figure", field="stem", value=clip(item.plain_stem))


def _words(text: str) -> str:
    return text.removeprefix("<p>").removesuffix("</p>").strip()


def _is_stimulus(question: Question) -> bool:
    assert isinstance(question.body, OtherBody)
    return question.body.type == _DESCRIPTION and STIMULUS_TAG in question.tags


def _name(question: Question) -> str:
    return clip(question.id_number or question.name)


def _refused(line: int, name: str, problem: Problem) -> Draft:
    return Draft(sheet="", row=line, item=None, problems=(problem,), name=clip(name))
