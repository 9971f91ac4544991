"""One QTI item as one of ours."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from question_bank.content import Markup, plain
from question_bank.errors import ItemInvalid
from question_bank.formats.drafts import NO_TOPIC
from question_bank.formats.qti.answers import Answer, Answers, interactions_of
from question_bank.formats.qti.bodies import Bodies, is_simple
from question_bank.formats.qti.declarations import declarations
from question_bank.formats.qti.elements import XML_LANG, below, child, children, flag, name, text, value
from question_bank.formats.qti.errors import NotRead, NotSupported
from question_bank.formats.qti.manifests import Metadata
from question_bank.formats.qti.pictures import PictureSource
from question_bank.formats.qti.processing import Processing, processing
from question_bank.formats.qti.stimuli import Stimulus, fitting_id, part_of_item
from question_bank.formats.reports import Problem
from question_bank.interactions import Choice, Interaction, Matching, Option, Ordering
from question_bank.items import DEFAULT_LANGUAGE, MAX_LABEL_CHARS, Item, ItemSet, is_language

STEM = "stem"
SOLUTION = "solution"
_SOLUTIONS = frozenset({"solution", "general", "general_fb", "explanation", "rationale"})
_TEMPLATES = ("template-declaration", "template-processing")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItem:
    """An item with the set it needs and the warnings that came with it."""

    item: Item
    item_set: ItemSet | None
    warnings: tuple[Problem, ...]


def read_item(
    root: etree._Element, metadata: Metadata, pictures: PictureSource, stimulus: Stimulus | None
) -> ReadItem:
    """The item of an `assessment-item` element. Raises NotRead, NotSupported.

    `stimulus` is what the item refers to.
    """
    if metadata.invalid:
        raise NotRead(metadata.invalid.code, metadata.invalid.field, metadata.invalid.value)
    _check_static(root)
    body = child(root, "item-body")
    if body is None or len(body) == 0:
        raise NotRead("item.stem_missing", "stem", "", root)
    native = metadata.native
    exact = native is not None
    bodies = Bodies(pictures, exact=exact, markup=native.markup if native else Markup.HTML)
    found = interactions_of(body)
    declared = declarations(root, exact_spaces=exact)
    answered = tuple(value(element, "response-identifier") for element in found)
    for identifier, element in zip(answered, found, strict=True):
        if identifier not in declared or answered.count(identifier) > 1:
            raise NotRead("qti.response_undeclared", "key", identifier, element)
    marked = processing(root, declared, answered)
    stem = _by_id(body, STEM) if exact else body
    answer = Answers(bodies, declared, marked, native).read(stem, found)
    rationale = _rationale(root, bodies)
    if native is not None and stimulus is None:
        stimulus = part_of_item(body, native, pictures)
    item_set = stimulus.item_set if stimulus else None
    item = _item(root, metadata, answer, rationale, item_set)
    warnings = [*answer.warnings, *_warnings(bodies, marked, answered)]
    warnings += stimulus.warnings if stimulus else ()
    return ReadItem(item=item, item_set=item_set, warnings=tuple(dict.fromkeys(warnings)))


def _check_static(root: etree._Element) -> None:
    if flag(root, "adaptive"):
        raise NotSupported("qti.adaptive", "type", "adaptive", root)
    for element in root:
        if name(element) in _TEMPLATES:
            raise NotSupported("qti.template", "type", name(element), element)


def _by_id(body: etree._Element, wanted: str) -> etree._Element:
    for element in body:
        if value(element, "id") == wanted:
            return element
    raise NotRead("qti.extension_invalid", "item", wanted, body)


def _item(
    root: etree._Element,
    metadata: Metadata,
    answer: Answer,
    rationale: str,
    item_set: ItemSet | None,
) -> Item:
    native = metadata.native
    markup = native.markup if native else Markup.HTML
    stem, interaction = answer.stem, answer.interaction
    if native is None and all(is_simple(found) for found in (stem, rationale, *_texts(interaction))):
        markup = Markup.TEXT
        stem, rationale = plain(stem, Markup.HTML), plain(rationale, Markup.HTML)
        interaction = _plain_texts(interaction)
    try:
        return Item(
            id=native.id if native else fitting_id(value(root, "identifier")),
            type=answer.type,
            stem=stem,
            interaction=interaction,
            topic=_topic(metadata),
            rationale=rationale,
            must_know=native is not None and native.must_know,
            difficulty=metadata.difficulty,
            source=native.source if native else "",
            markup=markup,
            industry=native.industry if native else "",
            parameters=native.parameters if native else None,
            enemy_set=native.enemy_set if native else "",
            item_set=item_set.id if item_set else "",
            clause=native.clause if native else "",
            language=_language(root, metadata),
            scoring_rules=native.scoring_rules if native else answer.rules,
            attributes=native.attributes if native else (),
        )
    except ItemInvalid as error:
        raise NotRead(error.code, error.field) from error


def _topic(metadata: Metadata) -> str:
    topic = metadata.topic or NO_TOPIC
    return topic if metadata.native else topic[:MAX_LABEL_CHARS]


def _language(root: etree._Element, metadata: Metadata) -> str:
    for found in (root.get(XML_LANG) or "", metadata.language):
        tag = found.strip().replace("_", "-")
        if is_language(tag):
            return tag
    return DEFAULT_LANGUAGE


def _rationale(root: etree._Element, bodies: Bodies) -> str:
    """The feedback that explains the item to everybody: named so, or the same after any response."""
    feedback = [*children(root, "modal-feedback"), *_solutions(root)]
    named = [element for element in feedback if value(element, "identifier").lower() in _SOLUTIONS]
    texts: dict[str, etree._Element] = {}
    for element in named[:1] or feedback:
        texts.setdefault(" ".join(text(element).split()), element)
    telling = [element for words, element in texts.items() if words or any(below(element, "img", "math"))]
    if len(telling) == 1 and (named or len(feedback) > 1):
        chosen = telling[0]
        bodies.dropped.update("modalFeedback" for other in feedback if named and other is not chosen)
        return bodies.read(chosen)
    bodies.dropped.update("modalFeedback" for _ in feedback)
    return ""


def _solutions(root: etree._Element) -> list[etree._Element]:
    return [
        element
        for element in below(root, "feedback-block")
        if value(element, "identifier").lower() == SOLUTION
    ]


def _warnings(bodies: Bodies, marked: Processing, answered: tuple[str, ...]) -> list[Problem]:
    found = []
    if not marked.stated:
        found.append(Problem(code="qti.no_processing", field="key"))
    if marked.renamed:
        found.append(Problem(code="qti.response_renamed", field="key", value=", ".join(answered)))
    return [*found, *bodies.warnings()]


def _texts(interaction: Interaction) -> list[str]:
    if isinstance(interaction, Choice | Ordering):
        return [option.text for option in interaction.options]
    if isinstance(interaction, Matching):
        return [option.text for option in (*interaction.sources, *interaction.targets)]
    return []


def _plain_texts(interaction: Interaction) -> Interaction:
    if isinstance(interaction, Choice | Ordering):
        return replace(interaction, options=_plain_options(interaction.options))
    if isinstance(interaction, Matching):
        return replace(
            interaction,
            sources=_plain_options(interaction.sources),
            targets=_plain_options(interaction.targets),
        )
    return interaction


def _plain_options(options: tuple[Option, ...]) -> tuple[Option, ...]:
    return tuple(Option(id=option.id, text=plain(option.text, Markup.HTML)) for option in options)
