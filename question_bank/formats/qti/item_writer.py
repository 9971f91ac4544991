"""One of our items as a QTI item."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from question_bank.content import Markup
from question_bank.formats.qti.contents import Contents
from question_bank.formats.qti.errors import NotRead
from question_bank.formats.qti.items import SOLUTION, STEM, read_item
from question_bank.formats.qti.manifests import Metadata
from question_bank.formats.qti.native import GAP_PREFIX, RESPONSE, native_of
from question_bank.formats.qti.responses_writer import Responses, declared_cloze, declared_whole
from question_bank.formats.qti.stimuli import MARKUP_CLASS, STIMULUS, Stimulus
from question_bank.formats.qti.vocabulary import (
    DECLARATION,
    UNWRITABLE,
    QtiVersion,
    Vocabulary,
    element,
    escaped,
)
from question_bank.formats.reports import Loss, clip
from question_bank.formats.safe_xml import read_xml
from question_bank.interactions import Choice, Cloze, Gap, Matching, Numeric, Option, Ordering
from question_bank.item_types import ItemType
from question_bank.items import Item, ItemSet

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_FEEDBACK = "FEEDBACK"


class NotForQti(Exception):
    """An item that cannot be written; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class StimulusFile:
    """Where the stimulus of an item is: a file of the package, or (path empty) in the item itself."""

    item_set: ItemSet
    path: str = ""


def qti_identifier(native_id: str) -> str:
    """The id where QTI can have it as an identifier, else one made of it."""
    if _IDENTIFIER.fullmatch(native_id):
        return native_id
    return "ID-" + hashlib.sha256(native_id.encode()).hexdigest()[:24]


class ItemWriter:
    """Writes items in one version of QTI and notes what does not come back as it was."""

    def __init__(self, vocabulary: Vocabulary, contents: Contents) -> None:
        self.losses: list[Loss] = []
        self._tag = vocabulary.tag
        self._vocabulary = vocabulary
        self._contents = contents
        self._stimuli: dict[str, str] = {}

    def item(self, item: Item, stimulus: StimulusFile | None) -> str:
        """The XML document. Raises NotForQti."""
        interaction = item.interaction
        if isinstance(interaction, Cloze):
            gaps = {gap.id: self._gap(gap) for gap in interaction.gaps}
            responses = declared_cloze(self._vocabulary, interaction)
        else:
            gaps = {}
            responses = declared_whole(self._vocabulary, item)
        stem = self._text(item, item.stem, gaps)
        if any(stem.count(gap) != 1 for gap in gaps.values()):
            raise NotForQti("qti.gap_unwritable")
        parts = (
            responses.declarations,
            self._outcomes(item, responses),
            self._stimulus_reference(stimulus),
            self._tag("item-body", {}, self._body(item, stimulus, stem)),
            responses.processing,
            self._feedback(item),
        )
        attributes = {
            "xmlns": self._vocabulary.namespace,
            "identifier": qti_identifier(item.id),
            "title": clip(item.plain_stem) or item.id,
            "adaptive": "false",
            "time-dependent": "false",
            "xml:lang": item.language,
        }
        content = "\n" + "\n".join(filter(None, parts)) + "\n"
        document = _document(self._tag("assessment-item", attributes, content))
        self._read_back(item, document, stimulus)
        return document

    def stimulus(self, item_set: ItemSet, identifier: str) -> str:
        """The file of a shared stimulus (QTI 3). Raises NotForQti."""
        body = self._tag("stimulus-body", {}, self._stimulus_part(item_set))
        attributes = {
            "xmlns": self._vocabulary.namespace,
            "identifier": identifier,
            "title": item_set.title or item_set.id,
        }
        return _document(self._tag("assessment-stimulus", attributes, body))

    def _read_back(self, item: Item, document: str, stimulus: StimulusFile | None) -> None:
        """Note every field that reading gives otherwise. Raises NotForQti when it gives no item."""
        metadata = Metadata(topic=item.topic, difficulty=item.difficulty, native=native_of(item))
        known = Stimulus(item_set=stimulus.item_set) if stimulus and stimulus.path else None
        try:
            found = read_item(read_xml(document.encode()), metadata, self._contents, known).item
        except NotRead as error:
            raise NotForQti("loss.not_read_back") from error
        for field in dataclasses.fields(Item):
            if getattr(found, field.name) != getattr(item, field.name):
                code = "qti.markup_rewritten" if item.markup is Markup.HTML else "loss.changed"
                value = clip(str(getattr(item, field.name)))
                self.losses.append(Loss(item_id=item.id, field=field.name, code=code, value=value))

    def _text(self, item: Item, text: str, gaps: dict[str, str] | None = None) -> str:
        return self._contents.written(text, item.markup, gaps or {})

    def _outcomes(self, item: Item, responses: Responses) -> str:
        outcomes = [("SCORE", "float", "0"), ("MAXSCORE", "float", str(responses.most))]
        written = [
            self._tag(
                "outcome-declaration",
                {"identifier": name, "cardinality": "single", "base-type": kind},
                self._tag("default-value", {}, self._tag("value", {}, default)),
            )
            for name, kind, default in outcomes
        ]
        if item.rationale:
            feedback = {"identifier": _FEEDBACK, "cardinality": "single", "base-type": "identifier"}
            written.append(self._tag("outcome-declaration", feedback))
        return "\n".join(written)

    def _stimulus_reference(self, stimulus: StimulusFile | None) -> str:
        if stimulus is None or not stimulus.path:
            return ""
        attributes = {"identifier": qti_identifier(stimulus.item_set.id), "href": "../" + stimulus.path}
        return self._tag("assessment-stimulus-ref", attributes)

    def _stimulus_part(self, item_set: ItemSet) -> str:
        """The stimulus, the same for each of its items."""
        if item_set.id not in self._stimuli:
            attributes = {"id": STIMULUS, "class": MARKUP_CLASS + item_set.markup.value}
            if item_set.title:
                attributes["label"] = item_set.title
            text = item_set.stimulus
            written = self._contents.written(text, item_set.markup, {})
            if not self._contents.comes_back(written, text, item_set.markup):
                code = "qti.markup_rewritten"
                self.losses.append(Loss(item_id=item_set.id, field="stimulus", code=code, value=clip(text)))
            self._stimuli[item_set.id] = element("div", attributes, written)
        return self._stimuli[item_set.id]

    def _body(self, item: Item, stimulus: StimulusFile | None, stem: str) -> str:
        inside = "" if stimulus is None or stimulus.path else self._stimulus_part(stimulus.item_set)
        return inside + element("div", {"id": STEM}, stem) + self._interaction(item)

    def _interaction(self, item: Item) -> str:
        match item.interaction:
            case Choice() as choice:
                many = item.type is ItemType.MULTIPLE_CHOICE
                attributes = {
                    "response-identifier": RESPONSE,
                    "shuffle": "false" if item.type is ItemType.TRUE_FALSE else "true",
                    "max-choices": "0" if many else "1",
                }
                return self._tag("choice-interaction", attributes, self._choices(item, choice.options))
            case Ordering() as ordering:
                attributes = {"response-identifier": RESPONSE, "shuffle": "true"}
                return self._tag("order-interaction", attributes, self._choices(item, ordering.options))
            case Matching() as matching:
                return self._matching(item, matching)
            case Cloze():
                return ""
            case _:
                entry = self._tag("text-entry-interaction", {"response-identifier": RESPONSE})
                unit = item.interaction.unit if isinstance(item.interaction, Numeric) else ""
                return element("p", {}, entry + (" " + escaped(unit) if unit else ""))

    def _choices(self, item: Item, options: Iterable[Option]) -> str:
        return "".join(
            self._tag("simple-choice", {"identifier": option.id}, self._text(item, option.text))
            for option in options
        )

    def _matching(self, item: Item, matching: Matching) -> str:
        sides = []
        most = "0" if matching.multiple else "1"
        for options, prefix, limit in ((matching.sources, "S", most), (matching.targets, "", "0")):
            choices = "".join(
                self._tag(
                    "simple-associable-choice",
                    {"identifier": prefix + option.id, "match-max": limit},
                    self._text(item, option.text),
                )
                for option in options
            )
            sides.append(self._tag("simple-match-set", {}, choices))
        attributes = {"response-identifier": RESPONSE, "shuffle": "true", "max-associations": "0"}
        return self._tag("match-interaction", attributes, "".join(sides))

    def _gap(self, gap: Gap) -> str:
        attributes = {"response-identifier": GAP_PREFIX + gap.id}
        if not isinstance(gap.entry, Choice):
            return self._tag("text-entry-interaction", attributes)
        choices = "".join(
            self._tag("inline-choice", {"identifier": option.id}, escaped(option.text))
            for option in gap.entry.options
        )
        return self._tag("inline-choice-interaction", attributes | {"shuffle": "true"}, choices)

    def _feedback(self, item: Item) -> str:
        if not item.rationale:
            return ""
        text = self._text(item, item.rationale)
        if self._vocabulary.version is QtiVersion.V3_0:
            text = self._tag("content-body", {}, text)
        attributes = {"outcome-identifier": _FEEDBACK, "identifier": SOLUTION, "show-hide": "show"}
        return self._tag("modal-feedback", attributes, text)


def _document(root: str) -> str:
    if UNWRITABLE.search(root):
        raise NotForQti("qti.character_unwritable")
    return DECLARATION + root + "\n"
