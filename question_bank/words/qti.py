"""What can be wrong with a QTI item or package, and what QTI cannot hold.

code: (Chinese, English, what to do in Chinese, what to do in English)
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "qti.adaptive": ("不支持自适应题。", "Adaptive items are not supported.", "", ""),
    "qti.template": (
        "不支持带变量的模板题：{value}。",
        "Items made from templates are not supported: {value}.",
        "先生成具体的题再导入",
        "Import items made from the template",
    ),
    "qti.interaction_unsupported": (
        "不支持这种作答方式：{value}。",
        "This interaction is not supported: {value}.",
        "收选择、下拉、填空、排序、匹配、拖词填空",
        "Use choice, inline choice, text entry, order, match or gap match",
    ),
    "qti.several_interactions": (
        "一题里有几处作答，且不是填空：{value}。",
        "The item has several interactions that are no gaps in a text: {value}.",
        "拆成几道题",
        "Make several items of it",
    ),
    "qti.interaction_hidden": (
        "有作答处只在作答后才显示：{value}。",
        "An interaction is shown only after a response: {value}.",
        "",
        "",
    ),
    "qti.no_interaction": ("没有作答处。", "There is nothing to answer.", "", ""),
    "qti.not_an_item": ("这不是题目，而是 {value}。", "This is not an item but {value}.", "", ""),
    "qti.content_unsupported": (
        "题目要用到不能显示的内容：{value}。",
        "The item needs content that cannot be shown: {value}.",
        "换成文字或图片",
        "Use text or a picture",
    ),
    "qti.menu_not_plain": (
        "下拉选项里有图片或公式：{value}。",
        "A menu holds a picture or a formula: {value}.",
        "下拉选项只能是文字",
        "Menus hold plain text only",
    ),
    "qti.several_stimuli": (
        "一题引用了几份材料。",
        "The item refers to more than one stimulus.",
        "合成一份材料",
        "Make one stimulus of them",
    ),
    "qti.processing_custom": (
        "评分程序是自定义的，不能照样评分：{value}。",
        "The response processing is custom and cannot be marked alike: {value}.",
        "改用标准模板 match_correct 或 map_response",
        "Use the templates match_correct or map_response",
    ),
    "qti.processing_unsupported": (
        "不支持这个评分模板：{value}。",
        "This response processing template is not supported: {value}.",
        "",
        "",
    ),
    "qti.processing_partial": (
        "有的作答没有评分：{value}。",
        "The response processing leaves a response unmarked: {value}.",
        "给每处作答写评分",
        "Mark every response",
    ),
    "qti.tolerance_unclear": (
        "误差两边不等，或不含端点：{value}。",
        "The tolerance is not the same on both sides, or leaves its ends out: {value}.",
        "改成两边相等、含端点",
        "Use one tolerance that includes its ends",
    ),
    "qti.mapping_missing": (
        "按分值表评分，却没有分值表：{value}。",
        "The response processing maps a response that has no mapping: {value}.",
        "补分值表，或改用 match_correct",
        "Add the mapping, or use match_correct",
    ),
    "qti.mapping_unclear": (
        "分值表看不懂，或任何答案都得分：{value}。",
        "The mapping cannot be used, or gives points for anything: {value}.",
        "核对分值表",
        "Check the mapping",
    ),
    "qti.key_contradicts": (
        "正确答案和分值表不一致：{value}。",
        "The correct response and the mapping contradict each other: {value}.",
        "核对答案",
        "Check the key",
    ),
    "qti.response_undeclared": (
        "作答没有声明，或声明用了两次：{value}。",
        "An interaction has no response declaration of its own: {value}.",
        "核对 responseIdentifier",
        "Check the response identifiers",
    ),
    "qti.response_repeated": (
        "作答声明没有编号，或编号重复：{value}。",
        "A response declaration has no identifier, or one that is used twice: {value}.",
        "核对编号",
        "Check the identifiers",
    ),
    "qti.response_unclear": (
        "作答的类型或个数不适合这种题：{value}。",
        "The base type or cardinality of the response does not fit the interaction: {value}.",
        "核对作答声明",
        "Check the response declaration",
    ),
    "qti.choice_repeated": (
        "选项没有编号，或编号重复：{value}。",
        "A choice has no identifier, or one that is used twice: {value}.",
        "核对选项编号",
        "Check the identifiers",
    ),
    "qti.identifier_repeated": (
        "编号和另一题相同：{value}。",
        "Another item has the same identifier: {value}.",
        "改编号",
        "Change the identifier",
    ),
    "qti.stimulus_missing": (
        "引用的材料不在包里：{value}。",
        "The stimulus that the item refers to is not in the package: {value}.",
        "补上材料",
        "Add the stimulus",
    ),
    "qti.stimulus_contradicts": (
        "两份不同的材料用了同一个编号：{value}。",
        "Two different stimuli have the same identifier: {value}.",
        "改编号",
        "Change the identifier",
    ),
    "qti.file_missing": (
        "清单里的文件不在包里：{value}。",
        "A file of the manifest is not in the package: {value}.",
        "补上文件",
        "Add the file",
    ),
    "qti.extension_invalid": (
        "清单里本系统的附加信息有误：{value}。",
        "The manifest's additional fields make no sense: {value}.",
        "重新导出",
        "Export the bank again",
    ),
    "qti.no_processing": (
        "没有评分程序，按声明的正确答案评分。",
        "There is no response processing; the declared correct response is taken for the key.",
        "核对答案",
        "Check the key",
    ),
    "qti.response_renamed": (
        "评分模板要求作答编号是 RESPONSE，实际是 {value}。",
        "The template marks RESPONSE, but the response is called {value}.",
        "核对答案",
        "Check the key",
    ),
    "qti.points_simplified": (
        "分值表不合任何评分规则，只留下正确答案：{value}。",
        "The points fit no scoring rule; only what is right was kept: {value}.",
        "核对评分规则",
        "Check the scoring rule",
    ),
    "qti.case_mixed": (
        "有的答案不分大小写，现在都分：{value}。",
        "Some answers ignored upper and lower case; now none does: {value}.",
        "核对可接受的答案",
        "Check the accepted texts",
    ),
    "qti.fixed_lost": (
        "有的选项固定了位置，导入后会一起打乱。",
        "Some choices were fixed in their place; here all are shuffled.",
        "这种题所在部分不要打乱选项",
        "Do not shuffle options in its section",
    ),
    "qti.sides_swapped": (
        "匹配的左右两边对调了，使左边每项都有答案。",
        "The two sides of the matching were swapped, so that every source has a target.",
        "",
        "",
    ),
    "qti.gap_match_as_menus": (
        "拖词填空改成了下拉填空，每个词可用几次的限制没有了。",
        "Words to drag became menus; how often a word may be used is no longer limited.",
        "看看是否合适",
        "Check that it still works",
    ),
    "qti.parts_dropped": (
        "没有导入：{value}。",
        "Left out: {value}.",
        "",
        "",
    ),
    "qti.not_in_manifest": (
        "清单里没有这一题，仍然导入了。",
        "The manifest does not list this item; it was imported all the same.",
        "",
        "",
    ),
    "xml.malformed": ("不是合格的 XML。{value}", "The XML is not well-formed. {value}", "", ""),
    "xml.doctype_refused": ("不读带 DOCTYPE 的 XML。", "XML with a DOCTYPE is not read.", "", ""),
    "xml.too_deep": ("XML 嵌套太深。", "The XML is nested too deep.", "", ""),
    "xml.too_large": ("XML 太大。", "The XML is too large.", "", ""),
    "file.broken": ("文件损坏，读不出来。", "The file is damaged and cannot be read.", "", ""),
}
