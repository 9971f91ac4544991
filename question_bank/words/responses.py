"""What can be wrong with a file of responses, keys or times.

code: (Chinese, English, what to do in Chinese, what to do in English)
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "responses.not_a_table": (
        "这不是逗号、分号或制表符分隔的表格。",
        "This is no table separated by commas, semicolons or tabs.",
        "另存为 CSV",
        "Save it as CSV",
    ),
    "responses.empty": ("表里没有作答。", "The table holds no responses.", "核对文件", "Check the file"),
    "responses.too_many": (
        "数量超出上限：{value}。",
        "There are more than can be analysed: {value}.",
        "分批分析",
        "Analyse parts of it",
    ),
    "responses.title_invalid": (
        "表头里的试题编号不能用：{value}。",
        "The title of a column is no item id: {value}.",
        "编号用 1 到 64 个字母、数字、点、横线",
        "Use 1 to 64 letters, digits, dots or dashes",
    ),
    "responses.title_repeated": (
        "表头里有重复的列：{value}。",
        "Two columns have the same title: {value}.",
        "删去重复的列",
        "Remove one of them",
    ),
    "responses.row_length": (
        "第 {row} 行的列数与表头不符。",
        "Row {row} has not as many cells as the header.",
        "补齐这一行",
        "Complete the row",
    ),
    "responses.candidate_invalid": (
        "第 {row} 行的考生编号为空、过长或有控制字符。",
        "Row {row}: the candidate's id is empty, too long or holds control characters.",
        "编号用 1 到 100 个字符",
        "Use 1 to 100 characters",
    ),
    "responses.frequency_invalid": (
        "第 {row} 行的人数不是整数：{value}",
        "Row {row}: the frequency is no whole number: {value}",
        "写上人数",
        "Write how many candidates answered so",
    ),
    "responses.candidate_repeated": (
        "第 {row} 行的考生 {value} 前面已经有了。",
        "Row {row}: the candidate {value} was there before.",
        "每个考生只留一行",
        "Keep one row for each candidate",
    ),
    "responses.item_repeated": (
        "第 {row} 行：同一考生的试题 {value} 前面已经有了。",
        "Row {row}: the candidate's item {value} was there before.",
        "每题只留一行",
        "Keep one row for each item",
    ),
    "responses.answer_invalid": (
        "第 {row} 行的作答超过 64 字或有控制字符。",
        "Row {row}: a response has more than 64 characters or holds control characters.",
        "写选项字母",
        "Write the option's letter",
    ),
    "responses.key_needed": (
        "第 {row} 行有 0、1 以外的作答：{value}。需要答案文件。",
        "Row {row} holds a response other than 0 and 1: {value}. A key is needed.",
        "用 --key 给出答案",
        "Give the key with --key",
    ),
    "keys.no_header": (
        "答案文件要有“试题编号”和“答案”两列的表头。",
        "The key file needs a header with the columns item and key.",
        "第一行写 item,key",
        "Write item,key in the first row",
    ),
    "keys.repeated": (
        "答案文件里试题 {value} 出现两次。",
        "The key file names the item {value} twice.",
        "只留一行",
        "Keep one row",
    ),
    "keys.missing": (
        "试题 {value} 没有答案。",
        "The item {value} has no key.",
        "在答案文件里补上",
        "Add it to the key file",
    ),
    "times.two_places": (
        "用时写在两个地方：作答文件里，和单独的用时文件。",
        "Times stand in the responses and in a file of their own.",
        "只留一处",
        "Keep one of the two",
    ),
    "times.not_a_number": (
        "第 {row} 行的用时不是 0 到 86400 的秒数：{value}。",
        "Row {row}: a time is no number of seconds from 0 to 86,400: {value}.",
        "用秒表示，未知的留空",
        "Write seconds, nothing where not known",
    ),
    "times.unknown_row": (
        "用时文件第 {row} 行的考生或试题在作答文件里没有：{value}。",
        "The times name in row {row} what the responses do not have: {value}.",
        "核对两个文件",
        "Check the two files",
    ),
}
