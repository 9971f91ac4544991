"""A roster as offices write it."""

import io

from openpyxl import Workbook

from tests.e2e.exam_point import id_number


def roster_file() -> bytes:
    """A roster with the mistakes that offices make."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    rows = [
        ["姓名", "身份证号", "单位", "工种"],
        ["陈国栋", id_number(41), "诚信建设有限公司", "安全生产管理人员"],
        ["赵秀兰", "3.70882E+17", "诚信建设有限公司", "安全生产管理人员"],
        ["孙 勇", id_number(42), "东城机械厂", "安全生产管理人员"],
        [
            "周海霞",
            id_number(43)[:17] + "5" if id_number(43)[17] != "5" else id_number(43)[:17] + "6",
            "东城机械厂",
            "",
        ],
        ["刘洋", id_number(44), "海河物流有限公司", "安全生产管理人员"],
        ["王建军", id_number(41), "海河物流有限公司", "安全生产管理人员"],
    ]
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
