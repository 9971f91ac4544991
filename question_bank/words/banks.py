"""What can be said of an item that comes into a bank which holds others already.

code: (Chinese, English, what to do in Chinese, what to do in English)
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "bank.unchanged": (
        "题库里已有，内容相同。",
        "Already in the bank, the same.",
        "不用导入",
        "Nothing to do",
    ),
    "bank.in_review": (
        "题库里这道题正在审核。",
        "This item is in review in the bank.",
        "先审完或退回，再导入",
        "Finish the review or send it back first",
    ),
    "bank.in_work": (
        "题库里这道题有没审的草稿。",
        "This item has an open draft in the bank.",
        "先处理草稿，再导入",
        "Deal with the draft first",
    ),
    "bank.new_version": (
        "题库里已有这个编号，导入后是新的一版。",
        "The bank has this id: it comes in as a new version.",
        "核对是不是同一道题",
        "Check that it is the same item",
    ),
    "bank.repeated": (
        "和题库里的 {value} 完全相同。",
        "The same as {value} in the bank.",
        "不用导入",
        "Nothing to do",
    ),
    "bank.other_key": (
        "和题库里的 {value} 题目相同，答案不同。",
        "The same as {value} in the bank, with another key.",
        "核对哪个答案对",
        "Check which key is right",
    ),
    "bank.same_stem": (
        "和题库里的 {value} 题干相同，选项不同。",
        "The same stem as {value} in the bank, other options.",
        "核对是否重复",
        "Check whether it is a repeat",
    ),
    "bank.near": (
        "和题库里的 {value} 很相似。",
        "Much like {value} in the bank.",
        "核对是否重复",
        "Check whether it is a repeat",
    ),
}
