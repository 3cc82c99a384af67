"""Courses and banks as plain data."""
from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from sample_content import BANK, COURSE, FACTS, MODULE, PICTURE, TAUGHT, Content

from lms.core.courses.facts import Register, amount_text, as_data
from lms.core.courses.files import CourseFile, content_hash, read_course
from lms.core.courses.words import body_length, module_text
from lms.core.documents import yaml_lines
from lms.core.documents.faults import FaultLog, has_errors
from lms.core.documents.yaml_lines import load_yaml
from lms.core.learning.content_check import main
from lms.core.quizzes.files import BankFile, read_bank


def _course(content: Content) -> CourseFile:
    course, faults = read_course(content.root / "courses/sample")
    assert course is not None, faults
    return course


def _bank(content: Content) -> BankFile:
    bank, faults = read_bank(content.root / BANK)
    assert bank is not None, faults
    return bank


def test_a_course_comes_with_its_modules_facts_and_amounts(content: Content) -> None:
    course = _course(content)
    assert (course.id, course.bank, course.review_by) == ("sample", "sample", date(2027, 6, 30))
    assert course.title == {"zh": "样例课程", "en": "Sample course"}
    (module,) = course.modules
    assert (module.slug, module.minutes, module.assets) == ("first-steps", 15, ("assets/steps.svg",))
    assert module.body.startswith("## 学完能做到")
    assert course.facts["FR-101"].sources[0].article == "第45条"
    assert amount_text(course.amounts["condolence-cap"]) == "50%（2019 年，本地可调整）"


def test_a_fact_restated_by_two_documents_may_be_graded_and_one_by_one_may_not(content: Content) -> None:
    facts = _course(content).facts
    assert {fact_id: fact.gradable for fact_id, fact in facts.items()} == {
        "FR-101": True, "FR-102": False, "FR-103": True, "FR-104": False}


def test_a_bank_comes_with_its_questions(content: Content) -> None:
    bank = _bank(content)
    single, multiple, truefalse = bank.questions[0], bank.questions[12], bank.questions[16]
    assert (single.id, single.kind, single.answer) == ("sa-q-001", "single", ("B",))
    assert single.options["A"] == "做法A，先看依据再办理"
    assert single.review.teaches == TAUGHT
    assert (multiple.kind, multiple.answer) == ("multiple", ("A", "C"))
    assert (truefalse.kind, truefalse.answer, truefalse.options) == ("truefalse", True, {})


def test_a_question_changes_its_hash_with_what_it_asks_and_not_with_its_place_or_review(content: Content) -> None:
    before = _bank(content).questions[1].content_hash
    content.replace(BANK, "第1题，", "第一题，")
    content.replace(BANK, "questions:", "\n\nquestions:")
    content.replace(BANK, f'"{TAUGHT}"', "三项制度", 20)
    assert _bank(content).questions[1].content_hash == before
    content.replace(BANK, "answer: C", "answer: A")
    assert _bank(content).questions[1].content_hash != before


@pytest.mark.parametrize(("file", "old"), [(COURSE, "bank: sample\n"), (FACTS, "confidence: recall\n"),
                                           (MODULE, "minutes: 15\n")])
def test_a_course_with_an_error_is_not_given_out(content: Content, file: str, old: str) -> None:
    content.replace(file, old, "")
    course, faults = read_course(content.root / "courses/sample")
    assert course is None and has_errors(faults)


def test_a_bank_with_an_error_is_not_given_out(content: Content) -> None:
    content.replace(BANK, "    kind: single\n", "")
    bank, faults = read_bank(content.root / BANK)
    assert bank is None and [fault.code for fault in faults if fault.line == 10] == ["missing_key"]


def test_the_hash_follows_every_file_and_nothing_else(content: Content) -> None:
    folder = content.root / "courses/sample"
    hashes = {content_hash(folder)}
    for file in (COURSE, FACTS, MODULE, PICTURE):
        content.write(file, content.read(file) + "\n")
        hashes.add(content_hash(folder))
    assert len(hashes) == 5
    content.write("courses/sample/.DS_Store", "x")
    assert content_hash(folder) in hashes


def test_a_checkout_on_windows_has_the_same_hash_and_content(content: Content) -> None:
    before, bank = _course(content), _bank(content)
    for file in (COURSE, FACTS, MODULE, BANK):
        content.write(file, b"\xef\xbb\xbf" + content.read(file).replace("\n", "\r\n").encode())
    assert _course(content) == before
    assert _bank(content) == bank


def test_scalars_stay_what_the_author_wrote(content: Content) -> None:
    content.replace(BANK, "A: 做法A，先看依据再办理", "A: no")
    content.replace(BANK, "B: 做法B，先看依据再办理", "B: 1:30")
    content.replace(BANK, "C: 做法C，先看依据再办理", "C: 0.50")
    options = _bank(content).questions[0].options
    assert (options["A"], options["B"], options["C"]) == ("no", "1:30", "0.50")


def test_yaml_reads_alike_without_the_fast_library(content: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = "a: 1\nb: [1, 2\nc: \x07\n"
    answers = []
    for loader in {yaml_lines._LOADER, yaml.SafeLoader}:
        monkeypatch.setattr(yaml_lines, "_LOADER", loader)
        log = FaultLog()
        load_yaml(broken, "x.yaml", log)
        answers.append(([(fault.line, fault.code) for fault in log.faults], _bank(content)))
    assert all(answer == answers[0] for answer in answers)


def test_an_alias_bomb_is_refused_before_it_unfolds() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    log = FaultLog()
    assert load_yaml(bomb, "bomb.yaml", log) is None
    assert [(fault.line, fault.code) for fault in log.faults] == [(1, "alias")]


def test_a_name_that_leads_out_of_the_folder_is_not_followed(content: Content) -> None:
    secret = content.root / "secret.svg"
    secret.write_text("<svg/>", encoding="utf-8")
    (content.root / PICTURE).unlink()
    (content.root / PICTURE).symlink_to(secret)
    course, faults = read_course(content.root / "courses/sample")
    assert course is None and "asset_missing" in {fault.code for fault in faults}


def test_registers_come_back_from_plain_data(content: Content) -> None:
    course = _course(content)
    stored = json.loads(json.dumps([as_data(course.facts), as_data(course.amounts)]))
    register = Register.from_data(*stored)
    assert (register.facts, register.amounts) == (course.facts, course.amounts)


def test_the_text_of_a_module_has_its_words_and_no_marks(content: Content) -> None:
    course = _course(content)
    text = module_text(course.modules[0].body, course.amounts)
    assert f"{TAUGHT}。" in text and "没有审批的发票" in text and "预算" in text
    assert "不高于50%（2019 年，本地可调整）。" in text
    assert "先补办审批手续，再按程序报销" in text and "先有审批，后有支出。" in text
    assert not set("*|#`[") & set(text) and "FR-101" not in text


@pytest.mark.parametrize(("body", "count"), [
    ("## 标题\n正文，共六字。", 7), ("ABC 123，。！", 0), ("| 表 | 格 |\n|---|---|\n| 一 | 二 |", 4), ("𠮷㛃䶮", 3),
    ("正文[@FR-101][=cap]", 2), ("![图上的字](assets/a.svg)", 0), ("```case\nstem: 不计的字\noptions: []\n```\n计", 1)])
def test_length_counts_chinese_characters_that_are_read(body: str, count: int) -> None:
    assert body_length(body) == count


def test_the_command_prints_each_fault_and_fails_only_on_errors(
        content: Content, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [str(content.root / "courses"), str(content.root / "quizzes")]
    content.replace(BANK, "2027-06-30", "2020-06-30")
    assert main(folders) == 0
    assert "sample.yaml:6: 提醒：复核日期 2020-06-30 已过 — " in capsys.readouterr().out
    content.replace(COURSE, "bank: sample\n", "")
    assert main(folders) == 1
    assert "course.yaml:1: 缺少“bank” — 加上一行 bank: …" in capsys.readouterr().out


def test_a_missing_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none"), str(tmp_path)]) == 1
    assert "none:1: 没有这个文件夹" in capsys.readouterr().out
