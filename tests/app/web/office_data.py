"""What the exam office's pages are told."""

from typing import Any

from question_bank.scoring_rules import RULES_OF, ScoringRule
from tests.app.web.candidate_data import instant
from tests.app.web.fake_server import Answer, FakeServer
from tests.app.web.staff_data import NAMES

OFFICE = {"id": "lihong", "username": "lihong", "name": "李红", "role": "exam_office"}
ADMINISTRATION = {
    "id": "adm1",
    "name": "2026 年第 7 期 上午场",
    "exam": "施工企业专职安全员（C 类）",
    "point": "城南考试点",
    "room": "第二机考室",
    "starts_at": instant(),
    "closes_at": instant(3_600_000),
    "candidates": 12,
}
SNAPSHOTS = [
    {
        "id": "bank1",
        "bank_id": "living1",
        "name": "建筑施工 C 类题库",
        "industry": "建筑施工",
        "items": 1240,
        "by_type": {"true_false": 500, "single_choice": 500, "multiple_choice": 240},
        "by_topic": {"现场用电": 300, "高处作业": 200},
        "must_know": 180,
        "published_at": instant(),
    }
]
EXAMS = [
    {
        "id": "exam1",
        "name": "施工企业专职安全员（C 类）",
        "snapshot_id": "snapshot1",
        "minutes": 120,
        "pass_points": 6000,
        "total_points": 10000,
        "items": 80,
        "result_shown": True,
    }
]
ATTRIBUTES = [
    {"name": "difficulty", "values": [["easy", 700], ["hard", 540]], "more": 0, "numeric": False},
    {"name": "topic", "values": [["现场用电", 300], ["高处作业", 200]], "more": 0, "numeric": False},
]
SCORING_RULES = {
    kind.value: [rule.value for rule in ScoringRule if rule in fit] for kind, fit in RULES_OF.items()
}
ROOMS = [{"id": "room1", "name": "第二机考室", "point": "城南考试点", "seats": 48}]


def roster(number: int = 12) -> list[dict[str, Any]]:
    """Rows of `GET /api/administrations/{id}`."""
    return [
        {
            "sitting_id": f"sitting-{i:02d}",
            "name": NAMES[i - 1],
            "id_number_masked": "3708 **** 1X",
            "enterprise": "诚信建设有限公司",
            "category": "专职安全员 C 类",
            "ticket": f"26071001{i:02d}",
            "seat": str(i),
            "photo": i % 5 != 0,
            "state": "scheduled",
        }
        for i in range(1, number + 1)
    ]


def finding(row: int, status: str, column: str, value: str, message: str, fix: str) -> dict[str, Any]:
    """A finding of a roster report."""
    return {
        "row": row,
        "name": NAMES[row],
        "status": status,
        "column": column,
        "value": value,
        "thumbnail": None,
        "code": "x",
        "message_zh": message,
        "message_en": "In English.",
        "fix_zh": fix,
        "fix_en": "Mend it.",
    }


REPORT = {
    "rows": 40,
    "importable": 38,
    "warnings": 2,
    "rejected": 2,
    "photos": {"matched": 38, "of": 40},
    "findings": [
        finding(
            7,
            "rejected",
            "id_number",
            "3708 **** **** 2914",
            "末位校验不对。17 位算出的末位应是 7，表中是 4。",
            "对照身份证改号码",
        ),
        finding(
            12,
            "rejected",
            "id_number",
            "3.70882E+17",
            "Excel 把号码变成了科学计数，后几位已经丢失。",
            "把这一列设成“文本”后重新填",
        ),
        finding(19, "warning", "name", "孙 勇", "姓名中间有空格。按“孙勇”导入。", "不用改，请确认"),
        finding(
            33, "warning", "photo", "没有找到", "照片包里没有以证件号或姓名命名的文件。", "补照片，或到现场拍"
        ),
    ],
}


def tickets() -> list[dict[str, Any]]:
    """The answer to making new tickets."""
    return [
        {
            "name": row["name"],
            "id_number_masked": row["id_number_masked"],
            "ticket": row["ticket"],
            "code": "K7QMX-3XWD-9F2T-AAAA",
            "seat": row["seat"],
            "room": "第二机考室",
            "point": "城南考试点",
            "exam": "施工企业专职安全员（C 类）",
            "starts_at": instant(),
        }
        for row in roster()
    ]


def office_server() -> FakeServer:
    """A server with one bank, one exam, one administration."""
    server = FakeServer()
    adm = "/api/administrations/adm1"
    server.answers = {
        ("GET", "/api/staff/me"): OFFICE,
        ("GET", "/api/snapshots"): {"snapshots": SNAPSHOTS},
        ("GET", "/api/exams"): {"exams": EXAMS},
        ("GET", "/api/snapshots/bank1/attributes"): {"attributes": ATTRIBUTES},
        ("GET", "/api/banks/living1"): {"scoring_rules": SCORING_RULES},
        ("POST", "/api/blueprints/check"): {"demands": [], "obstacles": []},
        ("GET", "/api/rooms"): {"rooms": ROOMS},
        ("GET", "/api/administrations"): {"administrations": [ADMINISTRATION]},
        ("GET", adm): ADMINISTRATION | {"closed": False, "roster": roster()},
        ("POST", f"{adm}/roster"): REPORT,
        ("POST", f"{adm}/tickets"): {"tickets": tickets()},
        ("POST", "/api/exams"): Answer({"id": "exam2"}, 201),
        ("POST", "/api/administrations"): Answer({"id": "adm2"}, 201),
    }
    return server
