"""A bank with one item of every type, and an exam that asks all of them."""

from decimal import Decimal

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.content import Markup
from question_bank.interactions import (
    TRUE_FALSE_OPTIONS,
    Choice,
    Cloze,
    Gap,
    Interaction,
    Matching,
    Numeric,
    Option,
    Ordering,
    Pair,
    TextEntry,
)
from question_bank.item_types import ItemType
from question_bank.items import Item, ItemSet
from question_bank.scoring_rules import RULES_OF, ScoringRule
from question_bank.sections import Section

POINTS = 1_000
CASE = ItemSet(
    id="case-1",
    title="案例：配电房检修",
    stimulus="<p>某厂电工甲在 <b>380 V</b> 配电房检修，未挂“禁止合闸”牌。</p><table><thead><tr><th>时间</th>"
    "<th>事件</th></tr></thead><tbody><tr><td>9:10</td><td>乙合闸</td></tr></tbody></table>",
    markup=Markup.HTML,
)
NAMES = {
    ItemType.TRUE_FALSE: "判断题",
    ItemType.SINGLE_CHOICE: "单选题",
    ItemType.MULTIPLE_CHOICE: "多选题",
    ItemType.NUMERIC: "数值题",
    ItemType.TEXT_ENTRY: "填空题",
    ItemType.ORDERING: "排序题",
    ItemType.MATCHING: "匹配题",
    ItemType.CLOZE: "综合填空题",
}
STEMS = {
    ItemType.TRUE_FALSE: "停电检修必须验电。",
    ItemType.SINGLE_CHOICE: "<p>甲首先违反了哪一项规定？</p>",
    ItemType.MULTIPLE_CHOICE: "检修前应做哪些事？",
    ItemType.NUMERIC: "特别潮湿场所的安全电压上限是多少？",
    ItemType.TEXT_ENTRY: "检修配电线路要先断电，再 ____ 。",
    ItemType.ORDERING: "按先后排列停电检修的步骤。",
    ItemType.MATCHING: "安全色与含义如何对应？",
    ItemType.CLOZE: "<p>电流 \\(I=\\frac{U}{R}\\)：220 V、44 Ω 时为 [[1]]，电压减半时电流 [[2]]，"
    "单位是 [[3]]。</p>",
}


def options(*texts: str, ids: str = "ABCDEF") -> tuple[Option, ...]:
    """Options A, B, C..."""
    return tuple(Option(id=i, text=text) for i, text in zip(ids, texts, strict=False))


def interaction_of(item_type: ItemType) -> Interaction:
    """What the item of this type asks."""
    steps = options("断开电源", "验电", "装设接地线", "悬挂标示牌")
    interactions: dict[ItemType, Interaction] = {
        ItemType.TRUE_FALSE: Choice(options=TRUE_FALSE_OPTIONS, key=frozenset("T")),
        ItemType.SINGLE_CHOICE: Choice(
            options=options("挂牌上锁", "佩戴耳塞", "登高作业"), key=frozenset("A")
        ),
        ItemType.MULTIPLE_CHOICE: Choice(options=options("断电", "验电", "送电"), key=frozenset("AB")),
        ItemType.NUMERIC: Numeric(value=Decimal(12), unit="V"),
        ItemType.TEXT_ENTRY: TextEntry(accepted=("验电", "检验是否带电")),
        ItemType.ORDERING: Ordering(options=steps, key=("A", "B", "C", "D")),
        ItemType.MATCHING: Matching(
            sources=options("红", "黄", "蓝", ids="123"),
            targets=options("警告", "禁止", "指令", "提示"),
            key=frozenset(Pair(source=s, target=t) for s, t in ("1B", "2A", "3C")),
        ),
        ItemType.CLOZE: Cloze(
            gaps=(
                Gap(id="1", entry=Numeric(value=Decimal(5), unit="A")),
                Gap(id="2", entry=Choice(options=options("减半", "加倍", "不变"), key=frozenset("A"))),
                Gap(id="3", entry=TextEntry(accepted=("安培", "A"))),
            )
        ),
    }
    return interactions[item_type]


def bank_of_every_type() -> Bank:
    """Eight items; the single choice belongs to a case."""
    html = (ItemType.SINGLE_CHOICE, ItemType.CLOZE)
    items = tuple(
        Item(
            id=item_type.value,
            type=item_type,
            stem=STEMS[item_type],
            interaction=interaction_of(item_type),
            topic="电工",
            markup=Markup.HTML if item_type in html else Markup.TEXT,
            item_set=CASE.id if item_type is ItemType.SINGLE_CHOICE else "",
        )
        for item_type in ItemType
    )
    return Bank(name="各种题型", industry="电工", items=items, sets=(CASE,))


def blueprint_of_every_type() -> Blueprint:
    """A section of one item for each type, ten points each; parts count where the type has parts."""
    return Blueprint(
        title="各种题型",
        sections=tuple(
            Section(
                type=item_type,
                title=f"{place}、{NAMES[item_type]}",
                count=1,
                points=POINTS,
                scoring_rule=_rule(item_type),
            )
            for place, item_type in zip("一二三四五六七八", ItemType, strict=True)
        ),
    )


def _rule(item_type: ItemType) -> ScoringRule:
    proportional = ScoringRule.PROPORTIONAL
    return proportional if proportional in RULES_OF[item_type] else ScoringRule.ALL_OR_NOTHING
