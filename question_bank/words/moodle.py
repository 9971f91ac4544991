"""What can be wrong with a question of Moodle's formats, and what of it an item does not hold.

code: (Chinese, English, what to do in Chinese, what to do in English)
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "moodle.type_unsupported": (
        "不支持这种题型：{value}",
        "This type of question is not supported: {value}",
        "改成判断、选择、填空、数值、匹配或排序题",
        "Make it true/false, choice, short answer, numerical, matching or ordering",
    ),
    "moodle.type_missing": ("题目没有写题型。", "The question names no type.", "", ""),
    "moodle.answers_missing": ("题目没有答案。", "The question has no answers.", "补答案", "Add them"),
    "moodle.too_many_answers": ("答案超过 1000 个。", "There are more than 1,000 answers.", "", ""),
    "moodle.category_empty": ("分类没有名称。", "The category has no name.", "补分类名称", "Add its name"),
    "moodle.text_not_escaped": (
        "文字里直接写了标记 <{value}>。",
        "A text holds the tag <{value}> without escaping it.",
        "放进 CDATA",
        "Put the text into CDATA",
    ),
    "moodle.text_too_long": ("文字太长。", "A text is too long.", "缩短", "Shorten it"),
    "moodle.format_unknown": ("不认识的文字格式：{value}", "An unknown text format: {value}", "", ""),
    "moodle.flag_unreadable": (
        "应当写 true 或 false：{value}",
        "This should be true or false: {value}",
        "",
        "",
    ),
    "moodle.number_unreadable": ("这里应当是数：{value}", "This should be a number: {value}", "", ""),
    "moodle.true_false_unreadable": (
        "判断题的答案不是 true 和 false：{value}",
        "The answers of a true/false question are not true and false: {value}",
        "",
        "",
    ),
    "moodle.gap_without_choice": (
        "题干里的 {value} 没有对应的选项。",
        "No choice belongs to {value} in the stem.",
        "核对题干和选项",
        "Check stem and choices",
    ),
    "moodle.units_unreadable": (
        "看不出答案用的是哪个单位：{value}",
        "Which unit the key is in cannot be seen: {value}",
        "",
        "",
    ),
    "moodle.stimulus_missing": (
        "文件里没有题组材料 {value}，已作为单独的题导入。",
        "The stimulus {value} is not in the file; the item was imported on its own.",
        "补上材料",
        "Add the stimulus",
    ),
    "moodle.id_replaced": (
        "编号 {value} 不能用，换成了自动编号。",
        "The id {value} cannot be used and was replaced.",
        "",
        "",
    ),
    "moodle.several_with_one_right": (
        "多选题只有一个正确选项，作为单选题导入。",
        "One option of a multiple choice is right; it was imported as single choice.",
        "核对答案",
        "Check the key",
    ),
    "moodle.dragged_as_menu": (
        "拖放填空作为下拉填空导入。",
        "Words to be dragged were imported as menus.",
        "",
        "",
    ),
    "moodle.fixed_order": (
        "原题的选项不打乱顺序，这里会打乱。",
        "The options were not to be shuffled; here they are.",
        "检查“以上都对”之类的选项",
        "Look for options such as all of the above",
    ),
    "moodle.selection_dropped": (
        "原题只抽取一部分选项排序，这里用全部选项。",
        "Only a selection of the options was to be ordered; here all are.",
        "",
        "",
    ),
    "moodle.units_dropped": (
        "其他单位没有导入：{value}",
        "Other units were not imported: {value}",
        "题干里写明用什么单位作答",
        "Say in the stem which unit is wanted",
    ),
    "moodle.tags_dropped": ("标签没有导入：{value}", "Tags were not imported: {value}", "", ""),
    "moodle.hints_dropped": ("提示没有导入：{value}", "Hints were not imported: {value}", "", ""),
    "moodle.feedback_dropped": (
        "整题反馈没有导入：{value}",
        "Feedback for the whole question was not imported: {value}",
        "需要时写进解析",
        "Put it into the rationale if it is needed",
    ),
    "moodle.hidden": ("原题在 Moodle 里是隐藏的。", "The question was hidden in Moodle.", "", ""),
    "cloze.type_unknown": (
        "嵌入答案的类型不认识：{value}",
        "An embedded answer of an unknown type: {value}",
        "用 SHORTANSWER、NUMERICAL 或 MULTICHOICE",
        "Use SHORTANSWER, NUMERICAL or MULTICHOICE",
    ),
    "cloze.weight_zero": (
        "嵌入答案的分值是 0：{value}",
        "An embedded answer counts nothing: {value}",
        "",
        "",
    ),
    "cloze.no_answer": ("题干里没有嵌入答案。", "The text holds no embedded answer.", "", ""),
    "cloze.alternative_unreadable": (
        "嵌入答案的一项看不懂：{value}",
        "An alternative of an embedded answer cannot be read: {value}",
        "",
        "",
    ),
    "cloze.brace_unclosed": (
        "嵌入答案没有结束：{value}",
        "An embedded answer does not end: {value}",
        "补上右大括号",
        "Add the closing brace",
    ),
    "cloze.several_answers": (
        "不支持有多个正确项的填空：{value}",
        "A gap with several right answers is not supported: {value}",
        "改成多选题",
        "Make it a multiple choice",
    ),
    "key.several_right": (
        "有几个答案各得满分，分不清是任选一个还是都要选。",
        "Several answers get all points: is one of them wanted, or all?",
        "单选只留一个满分；多选给每个正确项相同的百分比",
        "Give one answer 100 %, or each of those wanted the same share",
    ),
    "key.none_right": (
        "没有得满分的答案。",
        "No answer gets all points.",
        "标出正确答案",
        "Mark the right answer",
    ),
    "key.percentages_sum": (
        "正确选项的百分比加起来不是 100。",
        "The percentages of the right options do not add up to 100.",
        "核对百分比",
        "Check the percentages",
    ),
    "key.partial_credit_dropped": (
        "部分得分的答案（{value}）没有作为正确答案导入。",
        "Answers with partial credit ({value}) were not imported as right.",
        "核对答案",
        "Check the key",
    ),
    "key.unequal_shares": (
        "正确选项的百分比不同，这里每个选项同样计分。",
        "The right options have different shares; here all count the same.",
        "",
        "",
    ),
    "key.wildcard": (
        "答案里的 * 代表任意文字，这里做不到：{value}",
        "A * in the key stands for any text, which is not possible here: {value}",
        "列出所有可接受的写法",
        "List the texts to be accepted",
    ),
    "key.any_number": ("任何数都算对，不能作为题目。", "Any number is right, so this asks nothing.", "", ""),
    "key.number_unreadable": (
        "答案不是数：{value}",
        "The key is no number: {value}",
        "写成普通小数",
        "Write a plain decimal number",
    ),
    "key.source_without_target": (
        "匹配题的这一项没有答案：{value}",
        "This row of a matching has no answer: {value}",
        "补答案",
        "Add it",
    ),
    "markup.markdown": (
        "Markdown 里有这里不支持的写法：{value}",
        "The Markdown holds more than emphasis and paragraphs: {value}",
        "在 Moodle 里改成 HTML 格式再导出",
        "Make it HTML in Moodle and export it again",
    ),
}
