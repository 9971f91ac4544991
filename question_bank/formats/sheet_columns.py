"""The columns of an item sheet: what offices call them, and what our own template calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from question_bank.formats.headers import plain_title
from question_bank.interactions import CHOICE_IDS

NEEDED = frozenset({"stem", "key"})
IGNORED = ""
_ALIASES: Mapping[str, str] = {
    "stem": "题目 题干 试题 题目内容 试题内容 题目描述 题目名称 题干内容 问题 stem question questiontext",
    "type": "题型 类型 试题类型 题目类型 题类 type questiontype itemtype",
    "options": "选项 题目选项 试题选项 备选答案 备选项 答案选项 选项内容 options choices",
    "key": "答案 正确答案 题目答案 标准答案 试题答案 参考答案 正确选项 key answer correctanswer answers",
    "rationale": "解析 答案解析 试题解析 题目解析 解释 说明 rationale explanation",
    "difficulty": "难度 难易度 难易程度 难度等级 难度系数 试题难度 difficulty",
    "topic": "知识点 章节 考点 知识点名称 所属章节 所属知识点 章 分类 topic chapter category",
    "category": "作业种类 作业类别 工种 类别 科目",
    "must_know": "必知 应知应会 必知必会 应会 必学必训 必会 mustknow",
    "id": "编号 id 题号 试题编号 题目编号 itemid questionid",
    "image": "图片 题图 图 试题图片 image picture",
    "source": "来源 出处 依据 法规依据 source reference",
    "clause": "条款 法条 法律条款 法规条款 clause",
    "points": "分值 分数 得分 points score",
    "number": "序号 no. no number",
    "sources": "匹配项 左项 左侧 待匹配项 sources premises",
    "unit": "单位 计量单位 unit",
    "tolerance": "误差 允许误差 容差 tolerance",
    "enemy_set": "互斥组 互斥题组 enemyset",
    "industry": "行业 industry",
    "language": "语言 language",
    "markup": "格式 文本格式 markup",
    "scoring_rules": "评分规则 scoringrules",
    "parameter_a": "区分度a irta",
    "parameter_b": "难度b irtb",
    "parameter_c": "猜测c irtc",
    "item_set": "题组编号 itemset",
    "attributes": "自定属性 属性 attributes",
    # What we write beside a row that did not come in; read past.
    "reason": "没有导入的原因 reason",
}
_ROLE_OF = {alias: role for role, aliases in _ALIASES.items() for alias in aliases.split()}
_OPTION_TITLE = re.compile(r"(?:选项|答案|option|choice)([a-h1-8])|([a-h1-8])(?:选项|项)|([a-h])")
# Role and title of every column that each template of ours ever had, in their order.
_ALWAYS: tuple[tuple[str, str], ...] = (
    ("id", "编号"),
    ("type", "题型"),
    ("topic", "知识点"),
    ("stem", "题干"),
    *((f"option{place}", f"选项{letter}") for place, letter in enumerate(CHOICE_IDS)),
    ("sources", "匹配项"),
    ("key", "答案"),
    ("tolerance", "误差"),
    ("unit", "单位"),
    ("must_know", "必知"),
    ("difficulty", "难度"),
    ("rationale", "解析"),
    ("source", "来源"),
    ("clause", "条款"),
    ("enemy_set", "互斥组"),
    ("industry", "行业"),
    ("language", "语言"),
    ("markup", "格式"),
    ("scoring_rules", "评分规则"),
)
# The columns of the template as it is now: what came later stands behind, so that older files stay ours.
TEMPLATE = (
    *_ALWAYS,
    ("parameter_a", "区分度a"),
    ("parameter_b", "难度b"),
    ("parameter_c", "猜测c"),
    ("item_set", "题组编号"),
    ("attributes", "自定属性"),
)
ROLES = frozenset(_ALIASES) | {f"option{place}" for place in range(len(CHOICE_IDS))}


def role_of(title: str) -> str | None:
    """The role of a plain column title: stem, key, ... or option0 to option7."""
    if title in _ROLE_OF:
        return _ROLE_OF[title]
    if match := _OPTION_TITLE.fullmatch(title):
        mark = next(group for group in match.groups() if group)
        return f"option{'abcdefgh'.find(mark) if mark.isalpha() else int(mark) - 1}"
    return None


def is_template(titles: Mapping[str, str]) -> bool:
    """Whether a header (role -> title) is our own: then cells mean just what they say, without labels."""
    return all(titles.get(role) == title for role, title in _ALWAYS)


class ColumnRoles:
    """`role_of` with a person's corrections: column title -> role, or "" for a column to leave out."""

    def __init__(self, corrections: Mapping[str, str]) -> None:
        self._corrections = {plain_title(title): role for title, role in corrections.items()}

    def __call__(self, title: str) -> str | None:
        """The role of a plain title."""
        if title in self._corrections:
            return self._corrections[title] or None
        return role_of(title)
