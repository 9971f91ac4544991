"""What a format could not hold of an item.

code: (Chinese, English, what to do in Chinese, what to do in English)
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "loss.type": ("这种格式没有这个题型：{value}", "The format has no such type: {value}", "", ""),
    "loss.picture": ("图片或公式放不下。", "Pictures or formulas do not fit.", "", ""),
    "loss.character": ("文字里有这种格式写不了的字符。", "A character cannot be written.", "", ""),
    "loss.arrow": ("文字里的 -> 会被当作匹配符号。", "The -> in a text would be taken for a match.", "", ""),
    "loss.embedded_end": (
        "嵌入答案不能以反斜杠或 & 结尾。",
        "An embedded answer cannot end with a backslash or &.",
        "",
        "",
    ),
    "loss.embedded_answer": (
        "题干里的文字会被当作嵌入答案。",
        "Words of the stem would be taken for an embedded answer.",
        "",
        "",
    ),
    "loss.not_read_back": (
        "写出后读不回同样的题，没有写。",
        "What was written does not read back as the same item.",
        "",
        "",
    ),
    "loss.changed": ("空格等细节有变化。", "Details such as spaces have changed.", "", ""),
    "loss.markup": ("格式标记没有写出。", "Markup is not written.", "", ""),
    "loss.no_place": ("这种格式没有位置放这一项。", "The format has no place for it.", "", ""),
    "loss.tag": (
        "标签放不下（超过 50 字或有特殊字符）：{value}",
        "It does not fit a tag (over 50 characters, or special ones): {value}",
        "",
        "",
    ),
    "loss.order": ("选项的原始编号顺序没有保留。", "The original order of the options is not kept.", "", ""),
    "loss.several_targets": (
        "一项配多项，这种格式写不了。",
        "That a source may have several targets cannot be written.",
        "",
        "",
    ),
    "loss.target_markup": (
        "匹配题右边各项只能是纯文字。",
        "The targets of a matching are plain text only.",
        "",
        "",
    ),
    "loss.gap_ids": ("填空的编号改成了 1、2、3。", "Gaps are numbered 1, 2, 3 now.", "", ""),
    "loss.width": (
        "填空“区分全半角”的设定没有写出。",
        "That full-width forms differ in a gap is not written.",
        "",
        "",
    ),
    "loss.unit": ("填空的单位没有写出。", "The unit of a gap is not written.", "", ""),
    "loss.true_false_as_choice": (
        "判断题写成了两个选项的单选题。",
        "A true/false item is written as a single choice of two.",
        "",
        "",
    ),
}
