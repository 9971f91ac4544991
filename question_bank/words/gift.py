"""What can be wrong with a question of a GIFT file.

code: (Chinese, English, what to do in Chinese, what to do in English)
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "gift.brace_unclosed": (
        "“{{”后面没有“}}”，或者括号里有空行。",
        "A {{ has no }}, or there is a blank line between them.",
        "补上“}”，去掉括号里的空行",
        "Add the }, remove blank lines inside",
    ),
    "gift.brace_unopened": (
        "“}}”前面没有“{{”。",
        "A }} has no {{ before it.",
        "补上“{”，或写成 \\}",
        "Add the {, or write \\}",
    ),
    "gift.brace_inside": (
        "答案里面又有“{{”。",
        "There is a {{ inside of the answers.",
        "文字里的大括号写成 \\{ 和 \\}",
        "Write braces in texts as \\{ and \\}",
    ),
    "gift.second_braces": (
        "一道题里有两组大括号。",
        "The question has braces twice.",
        "题与题之间空一行；文字里的大括号写成 \\{ 和 \\}",
        "Leave a blank line between questions; write braces in texts as \\{ and \\}",
    ),
    "gift.title_unclosed": (
        "题名“::”没有结束。",
        "The title's second :: is missing.",
        "补上“::”",
        "Add the second ::",
    ),
    "gift.stem_missing": (
        "只有题名，没有题目。",
        "There is a title, but no question.",
        "补题目",
        "Add the question",
    ),
    "gift.answer_empty": (
        "有一个答案是空的。",
        "An answer is empty.",
        "补上内容；文字里的 = 和 ~ 写成 \\= 和 \\~",
        "Add its text; write = and ~ in texts as \\= and \\~",
    ),
    "gift.answer_unmarked": (
        "第一个答案前没有 = 或 ~：{value}",
        "The first answer has neither = nor ~: {value}",
        "加上 = 或 ~；文字里的写成 \\= 和 \\~",
        "Add = or ~; write them in texts as \\= and \\~",
    ),
    "gift.arrow_missing": (
        "匹配题的这一项没有 ->：{value}",
        "This pair of a matching question has no ->: {value}",
        "补上 ->",
        "Add the ->",
    ),
    "gift.weight_unreadable": (
        "得分百分比不是 -100 到 100 的数：{value}",
        "The percentage is no number from -100 to 100: {value}",
        "写成 %50% 这样",
        "Write it like %50%",
    ),
    "gift.number_unreadable": (
        "答案不是数：{value}",
        "The answer is no number: {value}",
        "写成 3、3:0.5 或 2.5..3.5",
        "Write 3, 3:0.5 or 2.5..3.5",
    ),
    "gift.true_false_case": (
        "判断题的答案要写大写 TRUE 或 FALSE：{value}",
        "A true/false answer is written TRUE or FALSE in capitals: {value}",
        "写成 {TRUE}；如果真要考生输入文字，写成 {=文字}",
        "Write {TRUE}; if it is a text to be typed, {=text}",
    ),
    "gift.category_empty": ("分类没有名称。", "The category has no name.", "补分类名称", "Add its name"),
    "gift.question_too_long": (
        "一道题超过 10 万字。",
        "The question has more than 100,000 characters.",
        "题与题之间空一行",
        "Leave a blank line between questions",
    ),
    "gift.too_many_signs": (
        "一道题里有 2000 个以上的 = ~ # 等符号。",
        "The question has more than 2,000 signs such as = ~ #.",
        "题与题之间空一行",
        "Leave a blank line between questions",
    ),
}
