"""The words of the evaluation page, in Chinese and English. key: (Chinese, English)."""

LANGUAGES = ("zh-CN", "en")

WORDS: dict[str, tuple[str, str]] = {
    "title": ("人脸比对引擎评测：{engine}", "Evaluation of the face engine {engine}"),
    "about": (
        "数据：{data}；{pictures} 张图片，{persons} 人；评测日期 {date}；引擎标定日期 {calibrated}。",
        "Data: {data}; {pictures} pictures of {persons} persons; measured on {date}; engine calibrated on "
        "{calibrated}.",
    ),
    "limits": (
        "这些数字只说明这批图片。同一人的多次比对彼此相关，因此除按比对次数计算的区间（威尔逊）外，"
        "另给出按人重抽样的区间；人数少时以后者为准。区间均为 95 %。",
        "The figures are of these pictures. Comparisons that share a person are correlated; so besides the "
        "interval over comparisons (Wilson) there is one from a bootstrap over persons, which is the one to "
        "read where persons are few. All intervals are 95 %.",
    ),
    "terms": (
        "术语依据 ISO/IEC 2382-37、19795-1 和 30107-3：FMR 误匹配率，FNMR 误不匹配率，EER 等错误率，"
        "FTA 采集失败率，FTE 注册失败率，APCER 攻击呈现误判率，BPCER 真实呈现误判率。",
        "Terms are those of ISO/IEC 2382-37, 19795-1 and 30107-3: false match rate (FMR), false non-match "
        "rate (FNMR), equal error rate (EER), failure to acquire (FTA) and to enrol (FTE), attack and bona "
        "fide presentation classification error rate (APCER, BPCER).",
    ),
    "acquisition": ("采集", "Acquisition"),
    "acquired": (
        "FTA {fta}；FTE {fte}。失败原因：{failures}。",
        "FTA {fta}; FTE {fte}. Why: {failures}.",
    ),
    "none": ("无", "none"),
    "set": ("数据组", "Set"),
    "pictures": ("图片", "Pictures"),
    "failures": ("失败", "Failures"),
    "rate": ("比率（区间）", "Rate (interval)"),
    "verification": ("比对", "Comparison"),
    "protocol": ("非同人比对", "Non-mated comparisons"),
    "listed": ("名单所列 {count}", "listed, {count}"),
    "all": ("同条件下全部 {count}", "all under the same conditions, {count}"),
    "mated": ("同人比对（人数）", "Mated (persons)"),
    "eer": ("EER", "EER"),
    "fnmr_at": ("FMR {fmr} 时的 FNMR", "FNMR at FMR {fmr}"),
    "by_person": ("按人 {low}–{high}", "by person {low}–{high}"),
    "cross": (
        "阈值取自其他人：FMR {fmr}、FNMR {fnmr}",
        "threshold from other persons: FMR {fmr}, FNMR {fnmr}",
    ),
    "too_few": ("比对太少", "too few comparisons"),
    "curves": ("检测错误权衡曲线（DET）", "Detection error trade-off (DET)"),
    "curve": ("{name}：FNMR 与 FMR", "{name}: FNMR against FMR"),
    "axis_fmr": ("FMR", "FMR"),
    "axis_fnmr": ("FNMR", "FNMR"),
    "door": ("引擎自身的入场阈值", "At the engine's own door threshold"),
    "fmr": ("FMR", "FMR"),
    "fnmr": ("FNMR", "FNMR"),
    "cllr": ("似然比代价 Cllr（比特）", "Cost of likelihood ratios, Cllr (bits)"),
    "population": ("人群（人数）", "Population (persons)"),
    "populations": ("按标注人群", "By labelled population"),
    "attacks": ("呈现攻击检测", "Presentation attack detection"),
    "worst": ("最差的攻击种类：{species}", "Worst species: {species}"),
    "species": ("攻击种类（数量，人数）", "PAI species (attacks, persons)"),
    "bona_fide": ("真实呈现", "Bona fide"),
    "apcer_at": ("BPCER {bpcer} 时的 APCER", "APCER at BPCER {bpcer}"),
    "apcer_own": ("引擎自身多帧阈值（单帧计）", "At the engine's sustained threshold, single frames"),
    "with_bpcer": ("{apcer}；BPCER {bpcer}", "{apcer}; BPCER {bpcer}"),
    "non_response": ("无人脸（攻击 / 真实）", "No face found (attacks / bona fide)"),
    "soak": ("考试过程中：换人与误提示", "During the sitting: swaps and false flags"),
    "soak_about": (
        "用每人的真实现场图片按随机顺序连成考试过程（每个设定 {hours} 人时），"
        "并在随机时刻换成他人（{swaps} 场）。"
        "图片反复出现，这些数字检验的是判定规则，不代表所有现场。",
        "Sittings are chained from each person's live pictures in random order ({hours} candidate-hours for "
        "each setting), and others with a change to another person at a random time ({swaps}). The pictures "
        "come again and again: this tests the rule, not the world.",
    ),
    "setting": ("设定的误提示率（次/人时）", "Rate set (flags per candidate-hour)"),
    "flags": ("误提示次数", "False flags"),
    "flag_rate": ("实测次/人时（区间）", "Found per candidate-hour (interval)"),
    "attack_flags": ("其中呈现攻击提示", "Of a presentation attack"),
    "found": ("换人发现", "Swaps found"),
    "delays": ("延迟（秒）：中位 / 95 % / 最长", "Delay in s: median / 95 % / longest"),
    "observed": ("实测", "found"),
    "at_most": ("95 % 区间上限", "upper end of the 95 % interval"),
    "median": ("中位", "median"),
    "p95": ("95 % 分位", "95th percentile"),
    "flag_curve": ("误提示（次/人时）", "False flags per candidate-hour"),
    "delay_curve": ("从换人到提示（秒）", "Seconds from the swap to the flag"),
    "unmeasured": ("没有可评测的攻击图片，或引擎不含此模型。", "No attacks to measure, or no such model."),
}
