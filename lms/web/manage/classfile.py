"""The papers of a class (班级材料): all of them on one page, how far each is, and each as a file."""
from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, send_file

from lms.core.access.service import fetch
from lms.core.audit.service import record as audit
from lms.core.classes.models import TrainingClass
from lms.core.classfile.catalogue import MEDIA_TYPES, PAPERS, paper_kind, write_paper
from lms.core.classfile.facts import ClassFile, gather
from lms.core.classfile.state import paper_states
from lms.core.documents.zip_write import safe_name
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.may import may_in_class
from lms.web.papers import grace
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_classfile", __name__)

# Papers that have a page of their own: endpoint, title, what must be allowed.
ELSEWHERE: dict[str, tuple[str, str, str]] = {
    "sheets": ("lms.manage_sheets.show", N_("签到表"), "export"),
    "cards": ("lms.manage_print.choose", N_("学员证"), "manage"),
    "leave": ("lms.manage_leave.index", N_("请假单"), "leave"),
    "attendance": ("lms.manage_exports.attendance", N_("考勤表"), "export"),
    "notice": ("lms.manage_attendance_reports.notice", N_("考勤公示"), "export"),
    "bundle": ("lms.manage_bundle.show", N_("报销附件包"), "export"),
    "chat": ("lms.manage_chat.show", N_("发到群里：课程、未签到、提醒"), "export"),
    "register": ("lms.manage_certificates.register", N_("证书登记册"), "export"),
}
# In the order in which an office needs them.
PHASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("开班以前"), ("announcement", "roster", "timetable", "groups", "cards")),
    (N_("办班期间"), ("sheets", "leave", "attendance", "notice", "chat")),
    (N_("结束以后"), ("marks", "completion", "register", "letters", "satisfaction", "summary")),
    (N_("报销"), ("fees", "bundle")),
)
ENDINGS = {"pdf": N_("打印（PDF）"), "docx": N_("Word"), "xlsx": N_("Excel")}


@pages.get("/manage/classes/<uid>/file")
@login_required
def show(uid: str) -> str:
    facts = here()
    training_class = fetch(facts.db, facts.viewer, TrainingClass, uid, "export")
    return render_template("lms/manage/classfile/show.html", training_class=training_class, papers=PAPERS, endings=ENDINGS, phases=PHASES,
                           states=paper_states(facts.db, training_class),
                           elsewhere={code: row for code, row in ELSEWHERE.items() if may_in_class(facts.viewer, row[2], training_class)})


@pages.post("/manage/classes/<uid>/file/<code>.<ending>")
@login_required
def take(uid: str, code: str, ending: str) -> Response:
    """One paper as a file. A POST, because it leaves a mark: who took personal data out, and when."""
    facts, kind = here(), paper_kind(code, ending)
    training_class = fetch(facts.db, facts.viewer, TrainingClass, uid, "export")
    file = class_file(training_class)
    data = write_paper(kind.build(file), ending, file=file)
    name = safe_name(f"{training_class.title}-{translate(facts.locale, kind.title)}.{ending}")
    with writing() as db:
        audit(db, actor_id=facts.viewer.person_id, action="classfile.take", thing=fetch(db, facts.viewer, TrainingClass, uid, "export"),
              now=facts.now, class_id=training_class.id, after={"file": name, "people": len(file.enrolments)})
    return send_file(BytesIO(data), MEDIA_TYPES[ending], as_attachment=True, download_name=name)


def class_file(training_class: TrainingClass) -> ClassFile:
    """What the papers of this class are made from, as this request may see it: phones in full only for who manages the class."""
    facts = here()
    return gather(facts.db, training_class, now=facts.now, locale=facts.locale, grace=grace(),
                  phones=may_in_class(facts.viewer, "manage", training_class), sample=facts.site.settings.demo)
