"""Coded reasons of staff acts, in both languages (data: an operator's list may replace it later)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A code that the log keeps, and its words."""

    code: str
    zh: str
    en: str


def _list(*rows: tuple[str, str, str]) -> tuple[Reason, ...]:
    return tuple(Reason(code=code, zh=zh, en=en) for code, zh, en in rows)


REASONS: dict[str, tuple[Reason, ...]] = {
    "admit": _list(
        ("A-01", "身份证核对一致", "ID card checked in person"),
        ("A-02", "外貌有变化，证件核对一致", "Looks have changed, ID card fits"),
        ("A-03", "没有摄像头，证件核对一致", "No camera, ID card fits"),
        ("A-04", "考生不同意人脸核验", "Face comparison was declined"),
    ),
    "refuse": _list(
        ("R-01", "没有带身份证", "No ID card"),
        ("R-02", "证件与本人不符", "ID card does not fit the person"),
        ("R-03", "请调整后再试", "Adjust and try again"),
    ),
    "pause": _list(
        ("P-01", "到座位当面核对身份", "Check identity at the seat"),
        ("P-02", "设备故障", "Equipment failure"),
        ("P-03", "身体不适", "Feeling unwell"),
        ("P-04", "考场突发情况", "Emergency in the room"),
    ),
    "extend": _list(
        ("T-01", "补设备故障的时间", "Makes up for equipment failure"),
        ("T-02", "经批准的照顾", "Approved accommodation"),
        ("T-03", "补考场干扰的时间", "Makes up for a disturbance"),
    ),
    "end": _list(
        ("E-01", "考生要求离场", "The candidate asked to leave"),
        ("E-02", "当面核对不是本人", "Checked in person: not the candidate"),
        ("E-03", "扰乱考场秩序", "Disturbing the room"),
        ("E-04", "身体原因不能继续", "Unable to go on"),
    ),
    "incident": _list(
        ("I-01", "多人出现在画面里", "Several people in the picture"),
        ("I-02", "到座位当面核对身份", "Identity checked at the seat"),
        ("I-03", "使用通讯设备", "Communication device in use"),
        ("I-04", "离开座位", "Left the seat"),
        ("I-05", "其他", "Other"),
    ),
    "disposition": _list(
        ("D-01", "看过证据，没有问题", "Evidence seen, nothing wrong"),
        ("D-02", "当面核对过，外貌有变化", "Checked in person, looks have changed"),
        ("D-03", "设备或光线造成", "Caused by equipment or light"),
        ("D-04", "证据清楚", "The evidence is clear"),
        ("D-05", "需要有权部门处理", "For the competent authority"),
    ),
    "lead": _list(
        ("L-01", "看过证据和回放，没有别的发现", "Evidence and replay seen, nothing further"),
        ("L-02", "有可以说明的原因（见备注）", "There is an explanation (in the note)"),
        ("L-03", "已在回放里登记事件", "An incident was noted in the replay"),
        ("L-04", "已请题库核对试题和答案", "The bank was asked to check item and key"),
    ),
    "face_lead": _list(
        ("F-01", "看过照片，是两个人", "Photos seen: two people"),
        ("F-02", "双胞胎或近亲属（见备注）", "Twins or close relatives (in the note)"),
        (
            "F-03",
            "照片放错了，已请考务更换",
            "A photo is somebody else's; the exam office was asked to replace it",
        ),
        (
            "F-04",
            "可能是一个人，已请有权部门核对证件",
            "May be one person: the competent authority was asked to check",
        ),
        ("F-05", "照片上看不出来", "The photos do not tell"),
    ),
}


def find(kind: str, code: str | None) -> Reason | None:
    """The reason of a kind of act with this code, or None."""
    return next((reason for reason in REASONS[kind] if reason.code == code), None)


def known(kind: str, code: str) -> bool:
    """Whether a code belongs to a kind of act."""
    return find(kind, code) is not None
