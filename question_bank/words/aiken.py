"""What can be wrong with a question of an Aiken file.

code: (Chinese, English, what to do in Chinese, what to do in English)
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "aiken.question_too_long": (
        "题目太长。",
        "The question is too long.",
        "补上 ANSWER 行",
        "Add the ANSWER line",
    ),
    "aiken.letter_out_of_order": (
        "选项字母没有按 A、B、C 的顺序：{value}",
        "The option letters do not run A, B, C: {value}",
        "改好字母",
        "Mend the letters",
    ),
    "aiken.text_behind_options": (
        "选项后面的一行不是选项也不是答案：{value}",
        "A line behind the options is neither an option nor the answer: {value}",
        "每个选项写成一行，后面写 ANSWER 行",
        "Put every option on one line, the ANSWER line behind them",
    ),
    "aiken.key_missing": ("没有 ANSWER 行。", "The ANSWER line is missing.", "补上 ANSWER 行", "Add it"),
    "aiken.key_unreadable": (
        "答案不是一个选项的字母：{value}",
        "The answer is not the letter of an option: {value}",
        "写成 ANSWER: B",
        "Write it like ANSWER: B",
    ),
}
