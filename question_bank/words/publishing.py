"""Why a blueprint has no form, or a form cannot be drawn.

code: (Chinese, English, what to do in Chinese, what to do in English)
"""

from __future__ import annotations

_ADD = ("补题，或者把要求改小", "Add items, or ask for less")

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "shortage.items": (
        "{label}：需要 {needed} 道题，题库只有 {available} 道。",
        "{label}: {needed} items are needed, the bank has {available}.",
        *_ADD,
    ),
    "shortage.must_know": (
        "{label}：需要 {needed} 道必知题，题库只有 {available} 道。",
        "{label}: {needed} must-know items are needed, the bank has {available}.",
        *_ADD,
    ),
    "shortage.sum": (
        "{label}：合计要达到 {needed}，一份卷最多只能到 {available}。",
        "{label}: a sum of {needed} is needed, a form can reach {available} at most.",
        *_ADD,
    ),
    "shortage.any": (
        "{label}：需要 {needed}，题库里符合的只有 {available}。",
        "{label}: {needed} are needed, {available} in the bank fulfil it.",
        *_ADD,
    ),
    "conflict.rule": (
        "这条规则不能和另外列出的规则同时满足：{label}（{bounds}）。",
        "This rule cannot hold together with the others listed: {label} ({bounds}).",
        "放宽其中任意一条",
        "Relax any one of them",
    ),
    "conflict.enemies": (
        "互斥题使这些规则不能同时满足。",
        "Enemy items keep these rules from holding together.",
        "减少互斥题，或放宽其中一条规则",
        "Have fewer enemies, or relax one of the rules",
    ),
    "conflict.together": (
        "整组出现的题使这些规则不能同时满足。",
        "Items that come together keep these rules from holding together.",
        "放宽每组的题数范围，或其中一条规则",
        "Widen the range of items per set, or relax one of the rules",
    ),
    "target.cut_invalid": (
        "合格线要大于 0 且小于满分，能力值在正负 10 之间。",
        "The cut score lies between zero and the greatest score, theta within 10 logits.",
        "改正合格线",
        "Correct the cut score",
    ),
    "target.tolerance_invalid": (
        "允许偏差至少 0.01 分，信息量偏差 1‰ 到 1000‰。",
        "A tolerance is at least 0.01 points, that of the information 1 to 1,000 per mille.",
        "改正允许偏差",
        "Correct the tolerance",
    ),
    "target.difficulty_unknown": (
        "有 {count} 道题既没有参数也没有难度（例如 {first}），无法保证各卷一样难。",
        "{count} items have neither parameters nor a difficulty (such as {first}); forms cannot be matched.",
        "补上难度，或去掉难度目标",
        "Give them a difficulty, or drop the target",
    ),
    "target.cut_unreachable": (
        "没有哪个能力水平的期望得分等于合格线。",
        "No ability has the cut score as its expected score.",
        "核对合格线和题目参数",
        "Check the cut score and the items' parameters",
    ),
    "target.too_narrow": (
        "难度目标的允许偏差太小，抽不出符合的卷。",
        "The target's tolerances are too narrow: no such forms were found.",
        "放宽允许偏差，或补题",
        "Widen the tolerances, or add items",
    ),
    "exposure.items_forced": (
        "有 {count} 道题必然出现在每份卷里：{items}。曝光上限做不到。",
        "{count} items are in every form: {items}. The exposure cap cannot be met.",
        *_ADD,
    ),
    "exposure.cap_too_low": (
        "曝光上限 {cap}‰ 低于题库结构允许的最小值 {least}‰。",
        "The exposure cap of {cap} per mille is below the least possible, {least}.",
        "提高上限，或补题",
        "Raise the cap, or add items",
    ),
}
