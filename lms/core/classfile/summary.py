"""培训总结: a draft with the figures and charts of the class; the words about it are the office's own."""
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lms.core.attendance.record import PersonRecord, plain_hours
from lms.core.attendance.status import STATUSES
from lms.core.certificates.standing import Standing
from lms.core.classes.models import ClassSession
from lms.core.classes.timetable import SESSION_KINDS
from lms.core.classfile.facts import ClassFile
from lms.core.classfile.outcomes import COMPLETED, everybody, exam_papers, head_of_records, results_of
from lms.core.classfile.parts import columns, paper, titled
from lms.core.documents.document import Bar, Block, Chart, Document, Grid, Heading, Text
from lms.core.documents.tables import Sheet
from lms.core.i18n import N_

# Statuses in the order in which an office reads them; those that nobody has are left out.
_ORDER = ("present", "late", "left_early", "made_up_sign_in", "make_up_class", "substituted", "personal_leave", "sick_leave", "official_leave",
          "absent", "unexcused", "missing")


@dataclass(frozen=True)
class Figures:
    """What the attendance table adds up to; hours in 1/100."""

    people: int
    units: int
    due: int
    earned: int
    statuses: Counter[str]

    @property
    def share(self) -> float:
        return self.earned / self.due if self.due else 0.0


def figures(file: ClassFile) -> Figures:
    rows = file.record.people
    counted: Counter[str] = Counter()
    for row in rows:
        counted.update(row.totals.counts)
    return Figures(len(rows), len({r.enrolment.unit_name for r in rows if r.enrolment.unit_name}), sum(r.totals.hours_due for r in rows),
                   sum(r.totals.hours_earned for r in rows), counted)


def summary(file: ClassFile) -> Document:
    """The draft, from the same record as every other paper."""
    found, people = figures(file), everybody(file)
    blocks: list[Block] = [Heading(file.word(N_("一、基本情况"))), Text(_overview(file, found)),
                           *_kinds(file), Heading(file.word(N_("二、出勤情况"))), *_attendance(file, found),
                           Heading(file.word(N_("三、考试情况"))), *_exams(file),
                           Heading(file.word(N_("四、结业情况"))), *_completion(file, people), *head_of_records(file),
                           Heading(file.word(N_("五、主要做法、不足和下一步打算"))), Text(file.word(N_("____（请填写）"))),
                           Text(file.organiser, "right"), Text(file.day(file.today), "right")]
    return paper(file, titled(file, N_("培训总结")), blocks)


def _overview(file: ClassFile, found: Figures) -> str:
    held = file.held
    return file.word(
        N_("{span}，{organiser}举办“{class_title}”。来自 {units} 个单位的 {people} 名学员参加，分 {groups} 个组；安排课次 {sessions} 个、{hours} 学时。"),
        span=file.span, organiser=file.organiser, class_title=file.training_class.title, units=found.units, people=found.people,
        groups=len(file.groups), sessions=len(held), hours=plain_hours(sum(s.credit_hours for s in held)))


def _kinds(file: ClassFile) -> list[Block]:
    counted = Counter(s.kind for s in file.held)
    most = max(counted.values(), default=1)
    return [Chart(file.word(N_("课次类型")), [Bar(file.word(SESSION_KINDS[kind]), count, file.word(N_("{count} 个"), count=count))
                                         for kind, count in counted.most_common()], most)] if counted else []


def _attendance(file: ClassFile, found: Figures) -> list[Block]:
    said = [file.word(N_("{word} {count} 人次"), word=file.word(STATUSES[code]), count=found.statuses[code])
            for code in _ORDER if found.statuses[code]]
    blocks: list[Block] = [
        Text(file.word(N_("应学 {due} 学时，实得 {earned} 学时，出勤率 {share}。按课次计：{said}。"), due=plain_hours(found.due),
                       earned=plain_hours(found.earned), share=f"{found.share:.1%}", said=said or [file.word(N_("还没有记录"))]))]
    bars = [_group_bar(file, name, [r for r in file.record.people if file.group_of(r.enrolment) == name])
            for name in dict.fromkeys([g.name for g in file.groups] + [file.group_of(r.enrolment) for r in file.record.people])]
    if bars := [bar for bar in bars if bar is not None]:
        blocks.append(Chart(file.word(N_("各组出勤率")), bars, 1))
    sessions = [Bar(f"{s.day:%m-%d} {s.title}", there / found.people, file.word(N_("{there} / {people} 人"), there=there, people=found.people))
                for s, there in session_counts(file)] if found.people else []
    return [*blocks, Chart(file.word(N_("各课次到课人数")), sessions, 1)] if sessions else blocks


def session_counts(file: ClassFile) -> list[tuple[ClassSession, int]]:
    """How many came to each session that was not called off: attended, or somebody came instead."""
    return [(s, sum(row.statuses[place].attended or row.statuses[place].code == "substituted" for row in file.record.people))
            for place, s in enumerate(file.record.sessions) if not s.cancelled]


def _group_bar(file: ClassFile, name: str, rows: list[PersonRecord]) -> Bar | None:
    due, earned = sum(r.totals.hours_due for r in rows), sum(r.totals.hours_earned for r in rows)
    if not due:
        return None
    return Bar(name or file.word(N_("未分组")), earned / due, file.word(N_("{people} 人，{share}"), people=len(rows), share=f"{earned / due:.1%}"))


def _exams(file: ClassFile) -> list[Block]:
    papers = exam_papers(file)
    results = results_of(file, papers)
    if not papers:
        return [Text(file.word(N_("本班没有安排考试。")))]
    heads = columns(file, ("paper", N_("试卷"), "text", 40), ("people", N_("应考"), "number", 8), ("marked", N_("有成绩"), "number", 8),
                    ("passed", N_("及格"), "number", 8), ("share", N_("及格率"), "percent", 9))
    rows = []
    for p in papers:
        marked, passed = sum(r.best is not None for r in results[p.id]), sum(r.passed is True for r in results[p.id])
        rows.append((p.title, len(results[p.id]), marked, passed, passed / marked if marked else None))
    return [Grid(Sheet(file.word(N_("考试情况")), heads, rows))]


def _completion(file: ClassFile, people: list[Standing]) -> list[Block]:
    done = sum(s.place in COMPLETED for s in people)
    issued = sum(s.certificate is not None for s in people)
    text = file.word(N_("在册 {people} 人，达到结业条件 {done} 人，未达到 {rest} 人；已发结业证书 {issued} 份。"), people=len(people), done=done,
                     rest=len(people) - done, issued=issued)
    bars = [Bar(file.word(N_("结业")), done, file.word(N_("{count} 人"), count=done)),
            Bar(file.word(N_("未结业")), len(people) - done, file.word(N_("{count} 人"), count=len(people) - done))]
    return [Text(text), Chart(file.word(N_("结业人数")), bars, max(len(people), 1))]
