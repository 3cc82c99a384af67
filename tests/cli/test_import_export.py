"""Importing and exporting from the command line: a preview first, nothing half done, files that come back equal."""
from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from lms.core.audit.models import AuditEntry
from lms.core.classes.models import Enrolment, RosterImport, TrainingClass
from lms.core.people.models import Person
from lms.core.quizzes.models import Question
from lms.core.shipped import shipped

ROSTER = ("序号,姓名,性别,单位,职务,手机号,分组\r\n"
          "1,赵𠮷安,男,甲工会,主席,19900000001,第1组\r\n"
          "2,王䶮,女,乙工会,委员,199-0000-0002,第2组\r\n"
          "3,李四,男,乙工会,委员,1.99E+10,第2组\r\n"
          "4,陈晨,女,丙工会,委员,,第1组\r\n")


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "名册.csv"
    file.write_bytes(ROSTER.encode("utf-8-sig"))
    return file


def enrolled(site: Any) -> list[str]:
    with site.database.reading() as db:
        return list(db.scalars(select(Enrolment.name).order_by(Enrolment.number)))


def test_a_preview_saves_nothing(lms: Any, roster: Path, training_class: TrainingClass, make_site: Any) -> None:
    answer = lms("import", "roster", roster, "--class", "first")
    assert answer.code == 0
    assert "1.99E+10" in answer.out and "--commit" in answer.out
    site = make_site()
    assert enrolled(site) == []
    with site.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(RosterImport)) == 0


def test_commit_saves_the_good_rows_and_names_the_others(lms: Any, roster: Path, training_class: TrainingClass,
                                                         make_site: Any) -> None:
    answer = lms("import", "roster", roster, "--class", "first", "--commit", "--json")
    assert answer.code == 0
    counts = answer.json["counts"]
    assert (counts["saved"], counts["held_back"], counts["without_phone"]) == (3, 1, 1)
    assert [row["values"]["name"] for row in answer.json["rows"]] == ["李四"]
    assert enrolled(make_site()) == ["赵𠮷安", "王䶮", "陈晨"]


def test_the_same_roster_again_changes_nobody(lms: Any, roster: Path, training_class: TrainingClass, make_site: Any) -> None:
    lms("import", "roster", roster, "--class", "first", "--commit")
    answer = lms("import", "roster", roster, "--class", "first", "--commit", "--json")
    assert (answer.json["counts"]["saved"], answer.json["counts"]["unchanged"]) == (0, 3)
    assert len(enrolled(make_site())) == 3


def test_a_row_can_be_left_out(lms: Any, roster: Path, training_class: TrainingClass, make_site: Any) -> None:
    lms("import", "roster", roster, "--class", "first", "--commit", "--decide", "2=skip")
    assert enrolled(make_site()) == ["王䶮", "陈晨"]


def test_a_decision_that_makes_no_sense_saves_nothing(lms: Any, roster: Path, training_class: TrainingClass,
                                                      make_site: Any) -> None:
    answer = lms("import", "roster", roster, "--class", "first", "--commit", "--decide", "2=perhaps")
    assert answer.code == 1 and "2" in answer.err
    assert enrolled(make_site()) == []


@pytest.mark.parametrize(("content", "code"), [
    (b"%PDF-1.7 ...", "not_a_spreadsheet"), (b"", "empty_file"), ("一,二\r\n1,2\r\n".encode(), "header_not_found")])
def test_what_is_no_roster_is_refused(lms: Any, tmp_path: Path, training_class: TrainingClass, content: bytes,
                                      code: str) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(content)
    answer = lms("import", "roster", file, "--class", "first", "--commit", "--json")
    assert answer.code == 1 and answer.json["error"]["code"] == code


def test_a_file_that_is_not_there(lms: Any, training_class: TrainingClass) -> None:
    answer = lms("import", "roster", "nowhere.xlsx", "--class", "first")
    assert answer.code == 1 and "nowhere.xlsx" in answer.err


def test_questions_are_previewed_and_then_saved_once(lms: Any, tmp_path: Path, make_site: Any) -> None:
    file = tmp_path / "题目.csv"
    file.write_bytes(("题型,题干,选项A,选项B,选项C,选项D,答案,解析\r\n"
                      "单选题,红绿灯中表示停止的是什么颜色,红,绿,黄,蓝,A,红灯停\r\n"
                      "单选题,一年有几个季度,三个,四个,五个,六个,E,没有这个选项\r\n").encode("utf-8-sig"))
    preview = lms("import", "questions", file, "--bank", "finance-rules", "--json")
    assert preview.code == 0 and preview.json["committed"] is False
    assert (preview.json["counts"]["new"], preview.json["counts"]["refused"]) == (1, 1)
    before = questions(make_site())
    saved = lms("import", "questions", file, "--bank", "finance-rules", "--commit", "--json")
    assert saved.json["counts"]["new"] == 1
    assert questions(make_site()) == before + 1
    again = lms("import", "questions", file, "--bank", "finance-rules", "--commit", "--json")
    assert again.json["counts"]["new"] == 0
    assert questions(make_site()) == before + 1


def questions(site: Any) -> int:
    with site.database.reading() as db:
        return db.scalar(select(func.count()).select_from(Question)) or 0


def test_a_bank_that_does_not_exist(lms: Any, tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_bytes("题型,题干,选项A,选项B,答案\r\n单选题,什么,甲,乙,A\r\n".encode())
    answer = lms("import", "questions", file, "--bank", "nothing")
    assert answer.code == 1 and "nothing" in answer.err


def test_a_bank_file_with_a_fault_is_refused_whole(lms: Any, tmp_path: Path, make_site: Any) -> None:
    file = tmp_path / "finance-rules.yaml"
    file.write_text((shipped("quizzes") / "finance-rules.yaml").read_text("utf-8").replace("kind: single", "kind: sinlge", 1),
                    "utf-8")
    before = questions(make_site())
    answer = lms("import", "questions", file, "--bank", "finance-rules", "--commit", "--json")
    assert answer.code == 1 and answer.json["committed"] is False
    assert questions(make_site()) == before


def test_attendance_as_a_workbook_and_as_text(lms: Any, roster: Path, training_class: TrainingClass, tmp_path: Path,
                                              make_site: Any) -> None:
    lms("import", "roster", roster, "--class", "first", "--commit")
    book, text = tmp_path / "考勤.xlsx", tmp_path / "考勤.csv"
    assert lms("export", "attendance", "--class", "first", "-o", book, "--json").json["people"] == 3
    assert lms("export", "attendance", "--class", "first", "-o", text).code == 0
    sheets = openpyxl.load_workbook(book)
    names = [row[1].value for row in sheets.worksheets[0].iter_rows(min_row=2)]
    assert names == ["赵𠮷安", "王䶮", "陈晨"]
    rows = list(csv.reader(io.StringIO(text.read_text("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == names
    with make_site().database.reading() as db:
        assert db.scalar(select(func.count()).where(AuditEntry.action == "attendance.export")) == 2


def test_results_of_a_class_without_papers(lms: Any, roster: Path, training_class: TrainingClass, tmp_path: Path) -> None:
    lms("import", "roster", roster, "--class", "first", "--commit")
    answer = lms("export", "results", "--class", "first", "-o", tmp_path / "r.xlsx", "--json")
    assert answer.code == 0 and answer.json["people"] == 3


@pytest.mark.parametrize("report", ["attendance", "results"])
def test_only_known_kinds_of_file(lms: Any, training_class: TrainingClass, tmp_path: Path, report: str) -> None:
    answer = lms("export", report, "--class", "first", "-o", tmp_path / "x.pdf")
    assert answer.code == 1 and ".xlsx" in answer.err
    assert not (tmp_path / "x.pdf").exists()


def test_a_file_that_cannot_be_written_leaves_nothing_behind(lms: Any, training_class: TrainingClass, tmp_path: Path) -> None:
    answer = lms("export", "attendance", "--class", "first", "-o", tmp_path / "nowhere" / "x.xlsx")
    assert answer.code == 3 and "nowhere" in answer.err


def test_an_export_that_fails_keeps_the_file_of_before(lms: Any, training_class: TrainingClass, tmp_path: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    from lms.commands.files import write_file

    file = tmp_path / "x.xlsx"
    file.write_bytes(b"of before")

    def fails(out: Any) -> None:
        out.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(Exception, match="No space left"):
        write_file(file, fails)
    assert file.read_bytes() == b"of before"
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_person_known_by_name_or_phone_gets_a_new_password(lms: Any, make_site: Any) -> None:
    from lms.core.people.models import Password
    from lms.core.people.passwords import check_password

    answer = lms("user", "reset", "周明", "--json")
    assert answer.code == 0
    with make_site().database.reading() as db:
        row = db.scalars(select(Password).join(Person, Person.id == Password.person_id)).one()
        assert check_password(answer.json["password"], row.hash) and row.must_change
    assert lms("user", "reset", "19900009001", "--json").json["name"] == "周明"


def test_a_new_activation_link(lms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_PUBLIC_ADDRESS", "https://peixun.example.org/")
    assert lms("user", "reset", "周明", "--link", "--json").json["link"].startswith("https://peixun.example.org/a/")


def test_nobody_is_guessed(lms: Any, training_class: TrainingClass, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_bytes("姓名,单位,手机号\r\n刘静,甲工会,19900000016\r\n刘静,乙工会,19900000203\r\n".encode())
    lms("import", "roster", file, "--class", "first", "--commit")
    several = lms("user", "reset", "刘静")
    assert several.code == 1 and "0016" in several.err and "0203" in several.err
    assert lms("user", "reset", "无此人").code == 1
