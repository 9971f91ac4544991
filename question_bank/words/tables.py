"""What can be wrong with a sheet or a row.

code: (Chinese, English, what to do in Chinese, what to do in English)
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "sheet.read": ("已读取。", "Read.", "", ""),
    "sheet.empty": ("空表，已跳过。", "Empty sheet, skipped.", "", ""),
    "sheet.no_header": (
        "前 10 行里没有“题目”和“答案”两列的表头。",
        "None of the first 10 rows has a stem column and a key column.",
        "加一行表头：题型、题目、选项、答案",
        "Add a header row: type, stem, options, answer",
    ),
    "type.missing": ("没有题型。", "No item type.", "填写判断题、单选题或多选题", "Enter the item type"),
    "type.ambiguous": (
        "“选择题”分不出单选还是多选。",
        "Choice item, but single or multiple?",
        "写明单选题或多选题",
        "Say single choice or multiple choice",
    ),
    "type.unsupported": (
        "不支持这种题型。",
        "This item type is not supported.",
        "只收判断题、单选题、多选题",
        "Use true/false, single or multiple choice",
    ),
    "options.gap": (
        "选项中间缺了一个。",
        "An option in the middle is missing.",
        "补上空着的选项",
        "Fill the empty option",
    ),
    "options.labels_inconsistent": (
        "选项的字母顺序不对，分不清各是哪一项。",
        "The option letters are out of order.",
        "按 A、B、C、D 顺序改好字母",
        "Relabel them A, B, C, D",
    ),
    "options.two_places": (
        "选项写在两个地方。",
        "Options stand in one cell and in columns of their own.",
        "只留一处",
        "Keep one of the two",
    ),
    "options.not_true_false": (
        "判断题的选项不是“正确、错误”。",
        "The options of this true/false item are not true and false.",
        "核对题型和选项",
        "Check type and options",
    ),
    "key.unreadable": (
        "答案看不懂。",
        "The key cannot be read.",
        "写选项字母；判断题写正确或错误",
        "Use option letters, or true / false",
    ),
    "key.repeated_letter": (
        "答案里同一个字母写了两次。",
        "The key repeats a letter.",
        "核对答案",
        "Check the key",
    ),
    "key.ambiguous": (
        "判断题的答案写成 0/1，或没有选项而写成 A/B，分不清哪个是正确。",
        "A true/false key written as 0/1, or as A/B without options, may mean either.",
        "写正确或错误",
        "Write true or false",
    ),
    "key.two_readings": (
        "答案既像选项字母，又和另一个选项的内容相同。",
        "The key may be an option's letter or another option's text.",
        "改选项内容或答案，使它只有一种读法",
        "Reword the option, so that only one reading is left",
    ),
    "must_know.unreadable": (
        "“必知”一列看不懂。",
        "The must-know cell cannot be read.",
        "写是或否",
        "Write yes or no",
    ),
    "cell.was_date": (
        "Excel 把这一格变成了日期。",
        "The spreadsheet turned this cell into a date.",
        "把单元格设成“文本”后重新填",
        "Format the cell as text and type it again",
    ),
    "row.image_unsupported": (
        "这道题带图片，图片不能导入。",
        "The item has a picture, which cannot be imported.",
        "改成不用图片的题",
        "Rewrite it without the picture",
    ),
    "row.repeated": (
        "和第 {other_row} 行是同一道题。",
        "The same item as in row {other_row}.",
        "删掉一行",
        "Delete one of them",
    ),
    "row.repeated_other_key": (
        "和第 {other_row} 行题目相同，答案不同。",
        "The same item as in row {other_row}, with another key.",
        "核对哪个答案对，删掉另一行",
        "Find out which key is right",
    ),
    "row.stem_repeated": (
        "和第 {other_row} 行题干相同，选项不全相同。",
        "The same stem as row {other_row}, with other options.",
        "看看是不是重复的题",
        "Look whether they are the same item",
    ),
    "id.repeated": (
        "编号和第 {other_row} 行相同。",
        "The id is used in row {other_row} as well.",
        "改编号",
        "Change the id",
    ),
    "topic.missing": (
        "没有知识点，归入“未分类”。",
        "No topic; filed under 未分类.",
        "补知识点",
        "Add the topic",
    ),
    "difficulty.unknown": (
        "难度看不懂，按没有写处理。",
        "The difficulty cannot be read and is left out.",
        "写易、中或难",
        "Write easy, medium or hard",
    ),
    "stem.mentions_figure": (
        "题干提到了图，表里没有图。",
        "The stem mentions a figure that is not there.",
        "核对题干",
        "Check the stem",
    ),
    "stem.shows_key": (
        "题干的括号里写着答案。",
        "The stem shows the key in its brackets.",
        "删掉括号里的答案",
        "Empty the brackets",
    ),
}
