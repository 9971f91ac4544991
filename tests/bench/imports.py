"""Importing: Excel rows and QTI items a second on one core, and the memory of a 50,000-row workbook.

The reference beside each rate is the bare reading of the same bytes: the workbook's cells by openpyxl, the
items' XML by lxml. Memory is that of the real command in a process of its own.
"""

import io
import os
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from lxml import etree

from question_bank.formats.qti.reader import import_qti
from question_bank.formats.tabular import import_tables
from tests.bench.figures import Outcome, Target
from tests.question_bank.qti_items import many_items

ROWS = 10_000
LARGE_ROWS = 50_000
QTI_ITEMS = 2_000
ROUNDS = 3
HEADER = ["序号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "知识点", "解析"]


async def run(_models: Path) -> Outcome:
    """Measure. (Nothing else is done in the meantime, so nothing is awaited.)"""
    workbook = _workbook(ROWS)
    qti = many_items(QTI_ITEMS)
    figures = {
        "excel_rows_per_s": _rate(ROWS, lambda: _all_rows(workbook)),
        "excel_reference_rows_per_s": _rate(ROWS, lambda: _bare_rows(workbook)),
        "qti_items_per_s": _rate(QTI_ITEMS, lambda: _all_items(qti)),
        "qti_reference_items_per_s": _rate(QTI_ITEMS, lambda: _bare_items(qti)),
        "large_workbook_mb": _peak_memory_mb(),
    }
    targets = (
        Target(figure="excel_rows_per_s", at_least=3_000),
        Target(figure="qti_items_per_s", at_least=500),
        Target(figure="large_workbook_mb", at_most=400),
    )
    return Outcome(
        bench="import", figures={name: round(value, 1) for name, value in figures.items()}, targets=targets
    )


def _rate(count: int, read: Callable[[], object]) -> float:
    """Median of some rounds, by wall clock."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        read()
        taken.append(time.perf_counter() - begun)
    return count / statistics.median(taken)


def _workbook(rows: int) -> bytes:
    """A sheet as Excel saves it (shared strings, a dimension), every stem and option different."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("题库", 0)
    sheet.append(HEADER)
    for number in range(1, rows + 1):
        stem = f"第{number}号配电箱的安全距离应不小于多少米，且在作业前必须完成验电与接地的程序？"
        options = [f"{letter}{number}米以上并且设置遮栏" for letter in "ABCD"]
        sheet.append([number, "单选题", stem, *options, "B", f"知识点{number % 40}", "依据《安全生产法》。"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _all_rows(workbook: bytes) -> None:
    if len(import_tables(workbook).items) != ROWS:
        raise RuntimeError("rows were lost")


def _bare_rows(workbook: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass
    book.close()


def _bare_items(qti: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(qti)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                etree.fromstring(archive.read(name))


def _all_items(qti: bytes) -> None:
    if len(import_qti(qti).items) != QTI_ITEMS:
        raise RuntimeError("items were lost")


def _peak_memory_mb() -> float:
    """The largest resident size of `question_bank import` over 50,000 rows, in MiB."""
    with tempfile.TemporaryDirectory(prefix="kaochang-bench-") as name:
        source = Path(name) / "large.xlsx"
        source.write_bytes(_workbook(LARGE_ROWS))
        command = [sys.executable, "-m", "question_bank", "import", str(source), "--dry-run"]
        quiet = os.open(os.devnull, os.O_WRONLY)
        try:
            child = os.posix_spawn(
                sys.executable, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, quiet, 1)]
            )
            _, status, used = os.wait4(child, 0)
        finally:
            os.close(quiet)
    if status:
        raise RuntimeError(f"the import ended with {status}")
    return used.ru_maxrss / 1024
