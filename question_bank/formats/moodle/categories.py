"""Moodle's category paths as topics, and topics as category paths."""

from __future__ import annotations

import re

from question_bank.formats.drafts import NO_TOPIC
from question_bank.items import TOPIC_SEPARATOR

# The context that a path starts in: $course$, $system$, $cat1$..., then perhaps its top category.
_CONTEXT = re.compile(r"\$[a-z0-9]+\$")
_TOP = "top"
_WIDE_SEPARATOR = "／"
_ROOT = "$course$/top"


def topic_of(path: str) -> str:
    """The topic of a category path; "//" is a "/" inside of a name, which a topic shows as "／"."""
    levels = [level.strip().replace("\0", _WIDE_SEPARATOR) for level in path.replace("//", "\0").split("/")]
    levels = [" ".join(level.split()) for level in levels if level]
    if levels and _CONTEXT.fullmatch(levels[0]):
        levels = levels[1:]
        if levels and levels[0] == _TOP:
            levels = levels[1:]
    return TOPIC_SEPARATOR.join(levels) or NO_TOPIC


def category_path(topic: str) -> str:
    """The category path of a topic."""
    return f"{_ROOT}/{topic}"
