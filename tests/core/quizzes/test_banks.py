"""A bank's file becomes versions: the same again changes nothing, an edit makes a version, local work is not overwritten."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from exam_room import Room, single
from sqlalchemy import func, select

from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.quizzes.banks import BankImport, add_topic, find_bank, import_bank, make_bank, versions_of
from lms.core.quizzes.content import QuestionContent, stem_key
from lms.core.quizzes.files import BankFile, read_bank
from lms.core.quizzes.models import Bank, Question, QuestionVersion
from lms.core.quizzes.questions import content_now, edit_question, set_state, write_question
from lms.core.shipped import shipped
from lms.site import Site


@pytest.fixture
def bank_file() -> BankFile:
    bank, faults = read_bank(shipped("quizzes") / "finance-rules.yaml")
    assert bank is not None, faults
    return bank


def bring_in(site: Site, bank_file: BankFile, **more: bool) -> BankImport:
    with site.database.writing() as db:
        return import_bank(db, bank_file, now=site.clock.now(), **more)


def changed(bank_file: BankFile, stem: str, place: int = 0) -> BankFile:
    questions = list(bank_file.questions)
    questions[place] = replace(questions[place], stem=stem)
    return replace(bank_file, questions=tuple(questions))


def test_a_bank_arrives_whole(site: Site, bank_file: BankFile) -> None:
    done = bring_in(site, bank_file)
    assert len(done.new) == len(bank_file.questions)
    with site.database.reading() as db:
        question = db.scalars(select(Question).where(Question.code == bank_file.questions[0].id)).one()
        assert question.current is not None
        assert question.current.body["stem"] == bank_file.questions[0].stem
        assert question.current.key == {"right": list(bank_file.questions[0].answer)}  # type: ignore[arg-type]
        assert question.current.source == {"facts": list(bank_file.questions[0].facts)}
        assert [t["id"] for t in find_bank(db, bank_file.id).topics] == [t.id for t in bank_file.topics]


def test_the_same_file_again_changes_nothing(site: Site, bank_file: BankFile) -> None:
    bring_in(site, bank_file)
    again = bring_in(site, bank_file)
    assert (again.new, again.changed, len(again.unchanged)) == ((), (), len(bank_file.questions))
    with site.database.reading() as db:
        assert db.scalar(select(func.count(QuestionVersion.id))) == len(bank_file.questions)


def test_a_changed_question_is_a_new_version_and_the_old_one_stays(site: Site, bank_file: BankFile) -> None:
    bring_in(site, bank_file)
    code = bank_file.questions[0].id
    assert bring_in(site, changed(bank_file, "新的题干是什么？")).changed == (code,)
    with site.database.reading() as db:
        question = db.scalars(select(Question).where(Question.code == code)).one()
        assert [(v.number, v.body["stem"]) for v in versions_of(db, question)] == [
            (2, "新的题干是什么？"), (1, bank_file.questions[0].stem)]
        assert question.current_version_id == versions_of(db, question)[0].id


def test_a_question_that_the_file_lost_stays_and_is_named(site: Site, bank_file: BankFile) -> None:
    bring_in(site, bank_file)
    done = bring_in(site, replace(bank_file, questions=bank_file.questions[1:]))
    assert done.missing == (bank_file.questions[0].id,)
    with site.database.reading() as db:
        assert db.scalar(select(func.count(Question.id))) == len(bank_file.questions)


def test_an_edit_made_here_is_kept_unless_the_file_is_asked_to_win(site: Site, bank_file: BankFile) -> None:
    bring_in(site, bank_file)
    code = bank_file.questions[0].id
    with site.database.writing() as db:
        question = db.scalars(select(Question).where(Question.code == code)).one()
        content = content_now(question)
        edit_question(db, question=question, version=question.version, by_id=None, now=site.clock.now(),
                      content=replace(content, body={**content.body, "stem": "本地改过的题干？"}))
    assert bring_in(site, changed(bank_file, "文件里也改了？")).kept == (code,)
    with site.database.reading() as db:
        assert stem_of(db.scalars(select(Question).where(Question.code == code)).one()) == "本地改过的题干？"
    bring_in(site, changed(bank_file, "文件里也改了？"), overwrite=True)
    with site.database.reading() as db:
        assert stem_of(db.scalars(select(Question).where(Question.code == code)).one()) == "文件里也改了？"


def stem_of(question: Question) -> str:
    return content_now(question).stem


def test_questions_with_the_same_stem_are_pointed_out(site: Site, bank_file: BankFile) -> None:
    first, second = bank_file.questions[0], bank_file.questions[1]
    done = bring_in(site, changed(bank_file, f" {first.stem}。", place=1))
    assert done.doubled == {second.id: first.id}


@pytest.mark.parametrize("twin", ["工会 经费，如何管理？", "工会经费如何管理", "工会经费如何管理?", "工会经费如何管理？ "])
def test_spaces_width_and_punctuation_make_no_other_stem(twin: str) -> None:
    assert stem_key(twin) == stem_key("工会经费如何管理？") != stem_key("工会经费如何使用？")


def test_a_question_is_written_edited_and_retired_with_a_log(room: Room) -> None:
    now = room.clock.now()
    with room.site.database.writing() as db:
        bank = db.get_one(Bank, room.bank.id)
        question = write_question(db, bank=bank, content=single(77), by_id=None, now=now)
        assert question.code == "q-0001" and question.state == "reviewed"
        assert edit_question(db, question=question, version=1, content=single(77), by_id=None, now=now) is False
        assert edit_question(db, question=question, version=1, content=single(78), by_id=None, now=now) is True
        with pytest.raises(Conflict, match="edited_meanwhile"):
            edit_question(db, question=question, version=1, content=single(79), by_id=None, now=now)
        set_state(db, question=question, state="retired", by_id=None, now=now)
        assert write_question(db, bank=bank, content=single(80), by_id=None, now=now).code == "q-0002"
    with room.site.database.reading() as db:
        actions = db.scalars(select(AuditEntry.action).where(AuditEntry.thing_uid == question.uid).order_by(AuditEntry.id)).all()
        assert actions == ["question.write", "question.edit", "question.state"]
        assert not any("right" in str(detail.after) for detail in db.scalars(select(AuditDetail)))  # the log holds no key


def test_a_question_with_a_flaw_is_refused_with_the_field(room: Room) -> None:
    flawed = replace(single(1), key={"right": ["A", "B"]})
    with room.site.database.writing() as db, pytest.raises(Invalid) as refusal:
        write_question(db, bank=db.get_one(Bank, room.bank.id), content=flawed, by_id=None, now=room.clock.now())
    assert (refusal.value.code, refusal.value.data["field"]) == ("answer_single", "answer")


def test_a_code_is_used_once(room: Room) -> None:
    with room.site.database.writing() as db, pytest.raises(Invalid, match="code_taken"):
        write_question(db, bank=db.get_one(Bank, room.bank.id), content=single(1), code="single-1", by_id=None,
                       now=room.clock.now())


@pytest.mark.parametrize(("slug", "title", "code"), [("ok", " ", "bank_title"), ("Not OK", "名", "bank_slug"),
                                                     ("sample", "名", "bank_slug_taken")])
def test_a_bank_needs_a_title_and_a_short_name_of_its_own(room: Room, slug: str, title: str, code: str) -> None:
    with room.site.database.writing() as db, pytest.raises(Invalid, match=code):
        make_bank(db, slug=slug, title=title, by_id=None, now=room.clock.now())


def test_a_topic_is_found_by_its_title(room: Room) -> None:
    with room.site.database.writing() as db:
        bank = db.get_one(Bank, room.bank.id)
        assert add_topic(db, bank=bank, title="第一模块", by_id=None, now=room.clock.now()) == "one"
        made = add_topic(db, bank=bank, title="新知识点", by_id=None, now=room.clock.now())
        assert add_topic(db, bank=bank, title="新知识点", by_id=None, now=room.clock.now()) == made != "one"


def test_a_bank_that_is_not_there(site: Site) -> None:
    with site.database.reading() as db, pytest.raises(NotFound, match="no_such_bank"):
        find_bank(db, "nowhere")


def test_content_survives_being_stored() -> None:
    content = replace(single(3), facts=("FR-1",), mark=2000)
    assert QuestionContent.from_stored(content.stored()) == content
    assert QuestionContent.from_stored(content.stored()).hash == content.hash
    assert replace(content, author="别人").hash == content.hash != replace(content, explanation="不同").hash


def test_shipped_banks_have_no_flawed_question(site: Site) -> None:
    for path in sorted(Path(shipped("quizzes")).glob("*.yaml")):
        bank, _ = read_bank(path)
        assert bank is not None
        bring_in(site, bank)
    with site.database.reading() as db:
        for question in db.scalars(select(Question)):
            content = content_now(question)
            assert site.registry.get("question_kind", content.kind).check(content.body, content.key) == []
