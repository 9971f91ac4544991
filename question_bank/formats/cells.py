"""Reading the cells of an item row: types, options, keys, and the small words.

Nothing here guesses: what can be read in two ways is a problem with a code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal

from question_bank.content import Markup
from question_bank.interactions import CHOICE_IDS, FALSE_ID, TRUE_ID, number_text, read_number
from question_bank.item_types import CHOICE_TYPES, ItemType
from question_bank.items import Difficulty

_TYPES = {
    ItemType.TRUE_FALSE: "判断题 判断 是非题 是非 对错题 正误题 true_false truefalse true/false tf judgement",
    ItemType.SINGLE_CHOICE: "单选题 单选 单项选择题 单项选择 单选选择题 single_choice singlechoice single",
    ItemType.MULTIPLE_CHOICE: "多选题 多选 多项选择题 多项选择 multiple_choice multiplechoice multiple",
    ItemType.NUMERIC: "数值题 数值 计算题 计算 numeric number",
    ItemType.TEXT_ENTRY: "填空题 填空 text_entry textentry cloze",
    ItemType.ORDERING: "排序题 排序 ordering order",
    ItemType.MATCHING: "匹配题 匹配 配对题 配对 连线题 连线 matching match",
}
_TYPE_OF = {word: item_type for item_type, words in _TYPES.items() for word in words.split()}
_AMBIGUOUS_TYPES = frozenset({"选择题", "选择", "choice", "客观题"})
_SHEET_TYPES = (("判断", "是非"), ("单选", "单项选择"), ("多选", "多项选择"))

_TRUE_WORDS = frozenset(
    {"正确", "对", "√", "✓", "✔", "是", "真", "t", "true", "y", "yes", "right", "correct"}
)
_FALSE_WORDS = frozenset(
    {
        "错误",
        "错",
        "×",
        "✗",
        "✘",
        "x",
        "否",
        "假",
        "不正确",
        "不对",
        "f",
        "false",
        "n",
        "no",
        "wrong",
        "incorrect",
    }
)
_YES_WORDS = _TRUE_WORDS | {"1", "必知", "必会", "应知应会", "必学", "必训", "必学必训", "必知必会"}
_NO_WORDS = _FALSE_WORDS | {"", "0", "-", "/", "无"}
_DIFFICULTIES = {
    Difficulty.EASY: "易 容易 简单 较易 低 easy",
    Difficulty.MEDIUM: "中 中等 一般 适中 medium",
    Difficulty.HARD: "难 困难 较难 高 hard",
}
_DIFFICULTY_OF = {word: level for level, words in _DIFFICULTIES.items() for word in words.split()}

_MILLIONTHS = 6
# Far more than a parameter needs, and short enough to be held exactly; `Item` knows the true bounds.
_PARAMETER_CHARS = 20
_PARAMETER_BOUND = 1_000
_SEPARATORS = (re.compile(r"\*\*+"), re.compile(r"##+"), re.compile(r"\|+|｜+"), re.compile(r"[\r\n]+"))
_LABEL_MARKS = ".．、:：,，)）。"
_INLINE_LABEL = re.compile(r"(?=[A-HＡ-Ｈ]\s*[.．、:：)）])")
_KEY_SEPARATORS = re.compile(r"[\s,，、;；/|.。&和]+")
_NUMBERING = re.compile(r"\s*[（(]?\d{1,5}(?:\s*[、．.)）]\s*(?!\d)|\s*[\t　]\s*)")
_FIGURE = re.compile(r"如图|下图|图示|见图|上图|右图|左图|图\s*\d")
_BRACKETED_ANSWER = re.compile(r"[（(]\s*([A-H]+|[√×]|正确|错误)\s*[）)]")


class CellUnreadable(Exception):
    """Inside the importer only: a cell that cannot be read; carries the problem's code and field."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(code)
        self.code = code
        self.field = field


def read_type(text: str, sheet: str) -> ItemType:
    """The type from its cell, or from the sheet's title (单选题) where the cell is empty."""
    word = _plain(text)
    if word in _AMBIGUOUS_TYPES:
        raise CellUnreadable("type.ambiguous", "type")
    if word:
        if word not in _TYPE_OF:
            raise CellUnreadable("type.unsupported", "type")
        return _TYPE_OF[word]
    found = [
        item_type
        for item_type, words in zip(CHOICE_TYPES, _SHEET_TYPES, strict=True)
        if any(word in sheet for word in words)
    ]
    if len(found) != 1:
        raise CellUnreadable("type.missing", "type")
    return found[0]


def split_options(text: str) -> tuple[str, ...]:
    """The options of one cell, without separators (** ## | newline) and without labels (A. A． A、 A).

    Without any separator the labels themselves separate (A.甲B.乙C.丙), if each letter comes once, in order.
    """
    for separator in _SEPARATORS:
        parts = [part.strip() for part in separator.split(text) if part.strip()]
        if len(parts) > 1:
            # A separator may be missing in one place: **A.甲**B.乙C.丙.
            by_labels = _split_by_labels("".join(parts))
            return by_labels if len(by_labels) > len(parts) else _labelled(parts, by_labels)
    return _split_by_labels(text) or strip_labels([text.strip()] if text.strip() else [])


def _labelled(parts: Sequence[str], by_labels: tuple[str, ...]) -> tuple[str, ...]:
    """The parts without labels; where their letters are out of order, what the labels alone give."""
    try:
        return strip_labels(parts)
    except CellUnreadable:
        if by_labels:
            return by_labels
        raise


def _split_by_labels(text: str) -> tuple[str, ...]:
    """The options of A.甲B.乙C.丙, or none where the labels are not just A, B, C... each once, in order."""
    parts = [part.strip() for part in _INLINE_LABEL.split(text) if part.strip()]
    letters = unicodedata.normalize("NFKC", "".join(part[0] for part in parts))
    if len(parts) < 2 or letters != CHOICE_IDS[: len(parts)]:
        return ()
    return strip_labels(parts)


def strip_labels(parts: Sequence[str]) -> tuple[str, ...]:
    """Take the letters off when they run A, B, C...; leave unlabelled options alone.

    A bare letter (A3.1) counts as a label only when every part begins with its own letter. Letters with a
    mark that are out of order raise CellUnreadable.
    """
    narrow = [unicodedata.normalize("NFKC", part[:1]).upper() + part[1:] for part in parts]
    if len(parts) <= len(CHOICE_IDS) and all(
        part.startswith(letter) for part, letter in zip(narrow, CHOICE_IDS, strict=False)
    ):
        bare = tuple(part[1:].lstrip().lstrip(_LABEL_MARKS).strip() for part in narrow)
        # A类, B类, C类: the letters are the content.
        return bare if len(set(bare)) > 1 or not any(bare) else tuple(parts)
    if any(re.match(rf"[A-H]\s*[{_LABEL_MARKS}]", part) for part in narrow):
        raise CellUnreadable("options.labels_inconsistent", "options")
    return tuple(parts)


def option_columns(cells: Sequence[str], *, labels: bool = True) -> tuple[str, ...]:
    """Options out of columns of their own; empty columns at the end are no options, inside they are a gap.

    Labels (A. B. C.) that all of them carry are taken off if `labels`.
    """
    last = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    if any(not cell for cell in cells[:last]):
        raise CellUnreadable("options.gap", "options")
    marks = [rf"{letter}[{_LABEL_MARKS}]" for letter in CHOICE_IDS[:last]]
    labelled = labels and all(re.match(mark, cell) for mark, cell in zip(marks, cells, strict=False))
    return tuple(cell[2:].strip() if labelled else cell for cell in cells[:last])


def option_cells_bare(cells: Sequence[str]) -> list[str]:
    """The same cells, gaps and all, without labels where every one that is filled carries its own."""
    marks = [rf"{letter}[{_LABEL_MARKS}]" for letter in CHOICE_IDS[: len(cells)]]
    filled = [(mark, cell) for mark, cell in zip(marks, cells, strict=True) if cell]
    if filled and all(re.match(mark, cell) for mark, cell in filled):
        return [cell[2:].strip() for cell in cells]
    return list(cells)


def read_true_false(key: str, options: Sequence[str]) -> frozenset[str]:
    """T or F from a word, a mark, or a letter whose option says what it means."""
    word = _plain(key)
    if not word:
        raise CellUnreadable("item.key_missing", "key")
    meanings = [_truth(option) for option in options]
    if options and (None in meanings or len(set(meanings)) != len(meanings)):
        raise CellUnreadable("options.not_true_false", "options")
    letter = word.upper()
    known_letter = len(letter) == 1 and letter in CHOICE_IDS[: len(options)]
    truth = meanings[CHOICE_IDS.index(letter)] if known_letter else _truth(key)
    if truth is None:
        # 1/0 and A/B without options are used both ways in real banks (0 for true in one of them).
        ambiguous = word in {"0", "1", "a", "b"} and not options
        raise CellUnreadable("key.ambiguous" if ambiguous else "key.unreadable", "key")
    return frozenset({TRUE_ID if truth else FALSE_ID})


def read_choice_key(key: str, options: Sequence[str]) -> frozenset[str]:
    """Option ids from letters (AB, A,B) or from the exact text of one option.

    A key that is both, for different options (a unit "A" listed as option C), has two readings.
    """
    if not key:
        raise CellUnreadable("item.key_missing", "key")
    exact = {letter for letter, option in zip(CHOICE_IDS, options, strict=False) if option == key}
    letters = _KEY_SEPARATORS.sub("", unicodedata.normalize("NFKC", key).upper())
    if not re.fullmatch(r"[A-Z]{1,26}", letters):
        if len(exact) != 1:
            raise CellUnreadable("key.unreadable", "key")
        return frozenset(exact)
    if exact and set(letters) <= set(CHOICE_IDS[: len(options)]) and set(letters) != exact:
        raise CellUnreadable("key.two_readings", "key")
    return frozenset(exact) if len(exact) == 1 else _letters(letters)


def _letters(letters: str) -> frozenset[str]:
    if len(set(letters)) != len(letters):
        raise CellUnreadable("key.repeated_letter", "key")
    return frozenset(letters)


def read_must_know(text: str) -> bool:
    """是, √, 1, 必知 and their likes, or the contrary; empty is no."""
    word = _plain(text)
    if word in _YES_WORDS:
        return True
    if word in _NO_WORDS:
        return False
    raise CellUnreadable("must_know.unreadable", "must_know")


def read_millionths(text: str) -> int | None:
    """A parameter of an item, written as a decimal of at most 6 places, in millionths; None for no text."""
    if not text:
        return None
    number = read_number(text) if len(text) <= _PARAMETER_CHARS else None
    if number is not None and abs(number) <= _PARAMETER_BOUND:
        scaled = number.scaleb(_MILLIONTHS)
        if scaled == scaled.to_integral_value():
            return int(scaled)
    raise CellUnreadable("parameters.unreadable", "parameters")


def written_millionths(value: int) -> str:
    """The inverse of `read_millionths`."""
    return number_text(Decimal(value).scaleb(-_MILLIONTHS))


def read_markup(text: str) -> Markup:
    """html, or plain text where the cell is empty or says so."""
    word = _plain(text)
    if word in ("", "text", "文本"):
        return Markup.TEXT
    if word == "html":
        return Markup.HTML
    raise CellUnreadable("markup.unreadable", "markup")


def split_sources(text: str) -> tuple[str, ...]:
    """The sources of one cell, separated like options, without their numbers when these run 1, 2, 3..."""
    for separator in _SEPARATORS:
        parts = [part.strip() for part in separator.split(text) if part.strip()]
        if len(parts) > 1:
            break
    else:
        parts = [text.strip()]
    labels = [rf"{place}\s*[{_LABEL_MARKS}]\s*" for place in range(1, len(parts) + 1)]
    numbered = [re.match(label, part) for label, part in zip(labels, parts, strict=True)]
    if all(numbered):
        return tuple(part[found.end() :] for part, found in zip(parts, numbered, strict=True) if found)
    return tuple(parts)


def read_difficulty(text: str) -> Difficulty | None:
    """易, 中, 难 and their likes; None for anything else."""
    return _DIFFICULTY_OF.get(_plain(text))


def has_numbering(stem: str) -> bool:
    """Whether the stem begins with a list number such as 12、 or 12. (but not with 5.5)."""
    return _NUMBERING.match(stem) is not None


def without_numbering(stem: str) -> str:
    """The stem without its list number."""
    return _NUMBERING.sub("", stem, count=1).strip()


def tidy(text: str) -> str:
    """Trimmed, with tabs and special spaces as plain ones and at most one line break in a row."""
    lines = (" ".join(line.replace("\u3000", " ").replace("\xa0", " ").split()) for line in text.splitlines())
    return restore_formula("\n".join(line for line in lines if line))


def restore_formula(text: str) -> str:
    """Take off the apostrophe that our own export puts before = + - @."""
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def mentions_figure(stem: str) -> bool:
    """Whether the stem speaks of a figure."""
    return _FIGURE.search(stem) is not None


def shows_key(stem: str, key_cell: str) -> bool:
    """Whether brackets in the stem hold just what the key cell says."""
    return any(found == key_cell.strip() for found in _BRACKETED_ANSWER.findall(stem))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _truth(text: str) -> bool | None:
    word = _plain(text).strip("。.()（）")
    if word in _TRUE_WORDS:
        return True
    return False if word in _FALSE_WORDS else None


def read_attributes(text: str) -> tuple[tuple[str, str], ...]:
    """Attributes as `name=value`, with semicolons or line breaks between them. Raises CellUnreadable."""
    pairs = [part.partition("=") for part in re.split(r"[;；\n]", text.replace("＝", "=")) if part.strip()]
    if any(not sign for _, sign, _ in pairs):
        raise CellUnreadable("item.attributes_invalid", "attributes")
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def written_attributes(attributes: Iterable[tuple[str, str]]) -> str:
    """The inverse of `read_attributes`, where no value holds what stands between them."""
    return "; ".join(f"{name}={value}" for name, value in attributes)
