"""The words of the report, in Chinese and English. key: (Chinese, English)."""

from __future__ import annotations

LANGUAGES = ("zh-CN", "en")

WORDS: dict[str, tuple[str, str]] = {
    "title": ("考试质量分析", "Analysis of an administration"),
    "source": ("作答文件：{value}", "Responses: {value}"),
    "about": (
        "这里列出的都是“请查看”的线索，不是结论。误报率表示：同类线索中预计有多大比例是误报。",
        "What is listed here is to look at; none of it is a verdict. The false discovery rate says which "
        "share of findings of its kind is expected to be false.",
    ),
    "summary": ("概况", "Summary"),
    "candidates": ("考生", "Candidates"),
    "items": ("试题", "Items"),
    "responses": ("作答", "Responses"),
    "model": ("模型", "Model"),
    "model.rasch": ("Rasch（同一斜率）", "Rasch (one slope)"),
    "model.2pl": ("双参数模型", "Two-parameter logistic"),
    "estimated": ("已标定的试题", "Items calibrated"),
    "convergence": ("收敛", "Convergence"),
    "converged": ("已收敛（{value} 轮）", "converged ({value} cycles)"),
    "not_converged": (
        "未收敛（{value} 轮），参数仅供参考",
        "not converged ({value} cycles): a rough guide only",
    ),
    "kr20": ("信度 KR-20", "Reliability, KR-20"),
    "kr20.other_forms": ("试卷各不相同，不适用", "not defined: forms differ"),
    "marginal": ("信度（边际，能力估计）", "Reliability, marginal (abilities)"),
    "score_error": ("得分率的测量标准误", "Standard error of a score share"),
    "cut": ("合格线 {value} 对应的能力", "Ability at the cut score of {value}"),
    "cut.accuracy": ("合格判定的准确率", "Accuracy of passing and failing"),
    "cut.consistency": ("合格判定的一致性", "Consistency of passing and failing"),
    "overlap": ("两份试卷平均相同的题数", "Items two forms share on average"),
    "pairs": ("比较过的考生对", "Pairs of candidates compared"),
    "pairs.none": ("考生超过 10000 人，未比较", "none: more than 10,000 candidates"),
    "to_look_at": ("请查看的试题", "Items to look at"),
    "none": ("没有。", "None."),
    "item": ("试题", "Item"),
    "n": ("人数", "Candidates"),
    "facility": ("难度（正确率）", "Facility"),
    "interval": ("95% 区间", "95 % interval"),
    "discrimination": ("区分度", "Discrimination"),
    "reason": ("原因", "Why"),
    "rate": ("误报率", "False discovery rate"),
    "omitted": ("空答", "Omitted"),
    "not_reached": ("未做到", "Not reached"),
    "flag.negative_discrimination": (
        "区分度为负：其他题做得好的人，这题反而错得多",
        "Negative discrimination: who did well elsewhere did worse here",
    ),
    "flag.distractor_over_key": (
        "有干扰项的选择者成绩高于正确答案的选择者：请核对答案",
        "A distractor's choosers did better than the key's: check the key",
    ),
    "flag.too_hard": ("太难：正确率低于 20%", "Very hard: facility below 20 %"),
    "flag.too_easy": ("太易：正确率高于 95%", "Very easy: facility above 95 %"),
    "options": ("各选项", "Options"),
    "option": ("选项 {value}", "Option {value}"),
    "option.key": ("选项 {value}（答案）", "Option {value} (key)"),
    "option.correlation": ("相关 {value}", "correlation {value}"),
    "plot.items": ("难度与区分度", "Facility and discrimination"),
    "plot.items.about": (
        "每点一题；菱形为请查看的试题。",
        "One mark an item; diamonds are items to look at.",
    ),
    "plot.curves": ("试卷特征曲线与信息量", "Test characteristic and information"),
    "plot.curves.about": (
        "实线：期望得分率（左轴）；虚线：全部已标定试题的信息量（右轴）；竖线：合格线对应的能力。",
        "Solid: expected share of the points (left). Dashed: information of all items calibrated (right). "
        "Upright: the ability at the cut.",
    ),
    "ability": ("能力", "Ability"),
    "expected_share": ("期望得分率", "Expected share"),
    "information": ("信息量", "Information"),
    "findings": ("作答与用时的线索", "Findings in answers and times"),
    "kind.same_answers": ("作答雷同", "Same answers"),
    "kind.same_answers.about": (
        "两名考生相同的作答多于各自能力所能解释的数量。观察、期望：相同作答的题数。",
        "Two candidates gave more identical answers than their abilities explain. Observed, expected: "
        "numbers of identical answers.",
    ),
    "kind.fast_and_right": ("又快又对", "Fast and right"),
    "kind.fast_and_right.about": (
        "与同等能力的考生相比，又快又对的题过多。观察、期望：用时进入最快 5% 且答对的题数。",
        "Faster and right more often than candidates of that ability. Observed, expected: items answered "
        "right in the time of the fastest 5 %.",
    ),
    "kind.fast_end": ("结尾变快", "Fast at the end"),
    "kind.fast_end.about": (
        "最后五分之一明显比自己前面快，可能时间不够。观察：快了多少个标准差。",
        "The last fifth was much faster than the candidate's own pace before; time may have been short. "
        "Observed: by how many standard deviations.",
    ),
    "no_times": ("文件里没有用时。", "The file holds no times."),
    "who": ("考生", "Candidates"),
    "observed": ("观察", "Observed"),
    "expected": ("期望", "Expected"),
    "p": ("p 值", "p-value"),
    "which_items": ("涉及的试题", "Items concerned"),
    "more": ("另有 {value} 条，见 JSON 报告。", "{value} more: see the JSON report."),
    "and_more": ("，另有 {value} 题", ", and {value} more"),
    "all_items": ("全部试题", "All items"),
    "status": ("标定", "Calibration"),
    "status.estimated": ("已标定", "calibrated"),
    "status.too_few": ("作答太少", "too few responses"),
    "status.all_right": ("全对", "all right"),
    "status.all_wrong": ("全错", "all wrong"),
    "status.out_of_range": ("超出范围", "out of range"),
    "slope": ("斜率 a（标准误）", "a (standard error)"),
    "difficulty": ("难度 b（标准误）", "b (standard error)"),
}
