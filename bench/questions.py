"""A bank of 10,000 questions comes in as a workbook: uploaded, looked at, saved."""
from __future__ import annotations

import io
import time

import xlsxwriter
from sqlalchemy import func, select

from bench.load import Phone
from bench.rows import Place, Row
from lms.core.quizzes.models import Bank, Question

COUNT = 10_000
_HEADINGS = ("题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "分值", "难度", "知识点")


async def measure(place: Place) -> list[Row]:
    """From the upload to the answer that says it is saved; the preview is looked at in between."""
    staff, token, bank, before = Phone(place.port, place.world.staff_cookie), place.world.token, _bank(place), _questions(place)
    data, began = _workbook(), time.perf_counter()
    uploaded = await staff.upload(f"/manage/banks/{bank}/import", {"csrf_token": token}, "file", "questions.xlsx", data)
    address = uploaded.headers.get("location", "/")
    page = await staff.get(address)
    previewed = time.perf_counter() - began
    saved = await staff.post(f"{address}/commit", {"csrf_token": token})
    seconds, made = time.perf_counter() - began, _questions(place) - before
    kept = (uploaded.status, page.status, saved.status, made) == (303, 200, 303, COUNT) and seconds < 30
    return [Row("question import, 10,000", f"{seconds:.1f} s, of which {previewed:.1f} s until the preview; {made} saved",
                "< 30 s", kept)]


def _bank(place: Place) -> str:
    with place.world.site.database.reading() as db:
        return str(db.scalar(select(Bank.uid).order_by(Bank.id).limit(1)))


def _questions(place: Place) -> int:
    with place.world.site.database.reading() as db:
        return db.scalar(select(func.count()).select_from(Question)) or 0


def _workbook() -> bytes:
    """A quarter of each of four kinds, in twenty topics."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet("题目")
    sheet.write_row(0, 0, _HEADINGS)
    for number in range(COUNT):
        sheet.write_row(number + 1, 0, _row(number))
    book.close()
    return out.getvalue()


def _row(number: int) -> tuple[str, ...]:
    rest = ("见经费收支管理办法第十条", "2", "中", f"主题{number % 20}")
    if number % 4 == 0:
        return "单选题", f"第{number}题：工会经费怎样使用才对？", "按预算使用", "随意使用", "先用后补", "不用记账", "A", *rest
    if number % 4 == 1:
        return "多选题", f"第{number}题：哪些属于会费支出？", "慰问", "招待", "活动", "培训", "ACD", *rest
    if number % 4 == 2:
        return "判断题", f"第{number}题：工会是群团组织。", "", "", "", "", "对", *rest
    return "填空题", f"第{number}题：拨缴比例是____。", "", "", "", "", "2%|百分之二", *rest
