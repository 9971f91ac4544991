"""What is wrong with a blueprint or a condition by itself, whatever the bank.

code: (Chinese, English, what to do in Chinese, what to do in English)
"""

from __future__ import annotations

_SHAPE = (
    "对照文档里的蓝图格式改正",
    "Compare it with the blueprint format in the documentation",
)
_CONDITION = (
    '例如：difficulty = hard and topic under "电气"',
    'Such as: difficulty = hard and topic under "Electricity"',
)

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "blueprint.infeasible": (
        "题库里的题组不成这样的试卷。",
        "The bank cannot fill this blueprint.",
        "看列出的原因",
        "See the reasons listed",
    ),
    "blueprint.title_invalid": (
        "标题要有 1 到 100 个字。",
        "A title has 1 to 100 characters.",
        "写一个标题",
        "Write a title",
    ),
    "blueprint.count_invalid": (
        "每一部分 1 到 1000 题。",
        "A section has 1 to 1,000 items.",
        "改题数",
        "Change the count",
    ),
    "blueprint.points_invalid": (
        "每题 0.01 到 1000 分。",
        "An item is worth 0.01 to 1,000 points.",
        "改每题分",
        "Change the points",
    ),
    "blueprint.must_know_invalid": (
        "应知应会的题数比题数还多。",
        "More must-know items are asked for than there are items.",
        "改小应知应会的题数",
        "Ask for fewer",
    ),
    "blueprint.topics_invalid": (
        "知识点是空的、写了两次，或题数不到 1。",
        "A topic is empty, listed twice, or counts less than 1.",
        "改正知识点",
        "Correct the topics",
    ),
    "blueprint.topics_nested": (
        "一个知识点包含在另一个里面。",
        "A topic lies inside another one of the list.",
        "只留其中一个",
        "Keep one of them",
    ),
    "blueprint.topics_sum": (
        "知识点的题数加起来要等于这一部分的题数。",
        "The topics of a section have to add up to its count.",
        "改题数或知识点的题数",
        "Change the count or the quotas",
    ),
    "blueprint.partial_invalid": (
        "计分办法不适合这种题型，或者部分分不小于每题分。",
        "The scoring rule does not fit the type, or the part points are not less than the points.",
        "换一种计分办法",
        "Choose another scoring rule",
    ),
    "blueprint.sections_invalid": (
        "一份试卷 1 到 20 个部分，最多 1000 题。",
        "A form has 1 to 20 sections and at most 1,000 items.",
        "合并部分或减少题数",
        "Join sections or ask for fewer items",
    ),
    "blueprint.sections_overlap": (
        "两个部分可能抽到同一道题。",
        "Two sections could draw the same item.",
        "合并，或用知识点、条件分开",
        "Join them, or part them by topic or condition",
    ),
    "blueprint.constraints_invalid": (
        "规则最多 500 条，名称不能相同。",
        "There are at most 500 rules, and no two of one name.",
        "改规则的名称",
        "Rename the rule",
    ),
    "blueprint.too_many_rules": (
        "规则太多：条件最多 500 条，互斥组最多 20000 组。",
        "Too many rules: at most 500 conditions and 20,000 groups of enemies.",
        "减少规则",
        "Have fewer rules",
    ),
    "blueprint.enemies_invalid": (
        "一组互斥题是两道以上不同的题。",
        "Enemies are two or more different items.",
        "改正互斥题",
        "Correct the enemies",
    ),
    "blueprint.order_invalid": (
        "最多按 5 个不同的属性排序。",
        "Order by at most 5 different attributes.",
        "减少排序属性",
        "Name fewer attributes",
    ),
    "blueprint.exposure_invalid": (
        "曝光上限是 1‰ 到 1000‰。",
        "An exposure cap is 1 to 1,000 per mille.",
        "改曝光上限",
        "Change the cap",
    ),
    "blueprint.together_overlap": (
        "有的题在两个“整组出现”里。",
        "An item is in two groups that come together.",
        "把条件分开",
        "Part the conditions",
    ),
    "blueprint.item_unknown": (
        "题库里没有 {item} 这道题。",
        "The bank has no item {item}.",
        "核对题号",
        "Check the id",
    ),
    "constraint.label_invalid": (
        "规则要有名称，1 到 100 个字。",
        "A rule has a name of 1 to 100 characters.",
        "写一个名称",
        "Write a name",
    ),
    "constraint.bounds_invalid": (
        "规则至少要有一个界限：至少几、或至多几，0 到 10 亿。",
        "A rule has at least one bound, from 0 to 1,000,000,000.",
        "填“至少”或“至多”",
        "Fill in at least or at most",
    ),
    "constraint.bounds_crossed": (
        "“至少”比“至多”大。",
        "At least is more than at most.",
        "对换或改正",
        "Swap or correct them",
    ),
    "constraint.attribute_invalid": (
        "合计要写明哪个属性；计题数、计题组时不写属性。",
        "A sum names an attribute; a count of items or of sets does not.",
        "选属性，或改成计题数",
        "Choose an attribute, or count items",
    ),
    "set_rule.bounds_invalid": (
        "用到的题组至少取 1 题，至多不能小于至少。",
        "A used set gives at least one item, and at most is not below at least.",
        "改每组题数",
        "Change the items per set",
    ),
    "condition.too_long": (
        "条件最多 2000 个字。",
        "A condition has at most 2,000 characters.",
        "拆成几条规则",
        "Make several rules of it",
    ),
    "condition.too_deep": (
        "括号或 not 最多套 20 层。",
        "Brackets and nots are nested at most 20 levels deep.",
        "简化条件",
        "Make it simpler",
    ),
    "condition.ends_early": (
        "条件没有写完：第 {position} 个字符处还缺内容。",
        "The condition is not finished: something is missing at character {position}.",
        *_CONDITION,
    ),
    "condition.unexpected": (
        "条件第 {position} 个字符处不应是“{found}”。",
        'The condition has "{found}" at character {position}, where it is not expected.',
        *_CONDITION,
    ),
    "condition.unreadable": (
        "条件第 {position} 个字符起看不懂：{found}",
        "The condition is not understood from character {position}: {found}",
        *_CONDITION,
    ),
    "condition.string_invalid": (
        "条件第 {position} 个字符处的引号文字有错：{found}",
        "The quoted text at character {position} of the condition is wrong: {found}",
        *_CONDITION,
    ),
    "document.too_large": (
        "文件超过 64 MiB。",
        "The document is larger than 64 MiB.",
        "减小文件",
        "Make it smaller",
    ),
    "document.not_json": ("文件不是 JSON：{detail}", "The document is not JSON: {detail}", *_SHAPE),
    "document.not_toml": ("文件不是 TOML：{detail}", "The document is not TOML: {detail}", *_SHAPE),
    "document.not_canonical": (
        "文件里有不能保存的字符或数：{detail}",
        "The document holds characters or numbers that cannot be kept: {detail}",
        *_SHAPE,
    ),
    "document.repeated_key": (
        "文件里同一个名称写了两次：{detail}",
        "A name stands twice in the document: {detail}",
        *_SHAPE,
    ),
    "document.key_repeated": (
        "一道题的答案里有重复：{detail}",
        "The key of an item repeats something: {detail}",
        "改正答案",
        "Correct the key",
    ),
    "document.float": (
        "文件里只能用整数（分值以百分之一分计）：{detail}",
        "The document holds integers only (points in hundredths): {detail}",
        *_SHAPE,
    ),
    "document.field_missing": ("文件缺少内容：{detail}", "The document lacks something: {detail}", *_SHAPE),
    "document.field_unknown": (
        "文件里有不认识的内容：{detail}",
        "The document has an unknown field: {detail}",
        *_SHAPE,
    ),
    "document.unknown_value": (
        "文件里有不认识的值：{detail}",
        "The document has an unknown value: {detail}",
        *_SHAPE,
    ),
    "document.wrong_format": (
        "文件不是这种格式：{detail}",
        "The document is of another format: {detail}",
        *_SHAPE,
    ),
    "document.wrong_type": (
        "文件里有一处类型不对：{detail}",
        "Something in the document is of the wrong type: {detail}",
        *_SHAPE,
    ),
}
