"""How to fill in the address and the form of any route with the things of a class.

A route whose parameter has no maker here fails the matrix: say what stands for it in ``PARAMETERS``. A form that needs
more than its token to be accepted has its fields in ``FORMS``.
"""
from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Flask
from PIL import Image
from werkzeug.routing import Rule

from lms.core.attendance.codes import Scan, give_ticket, scan_text
from lms.core.backup.collection import backups
from lms.core.backup.make import make_backup
from lms.core.backup.place import backup_folder
from lms.core.classes.rule_values import shown_rules
from lms.core.classes.rules import rules_of
from lms.core.ids import new_uid
from lms.core.people.second_factor import code_at, secret_of, step_of

from .attendance_things import (
    aboard,
    attendance_list,
    called,
    leave_values,
    review,
    settled_leave,
    settled_walk_in,
    spotted,
)
from .exam_things import EXAM_FORMS, EXAM_PARAMETERS
from .learning_things import LEARNING_FORMS, LEARNING_PARAMETERS
from .material_things import MATERIAL_FORMS, MATERIAL_PARAMETERS
from .office_things import OFFICE_FORMS, OFFICE_PARAMETERS
from .world import Things, World

Maker = Callable[[World, Things], str]

# (blueprint, parameter), or (endpoint, parameter) where a blueprint means several things by it, or ("", parameter).
PARAMETERS: dict[tuple[str, str], Maker] = {
    **MATERIAL_PARAMETERS, **EXAM_PARAMETERS, **LEARNING_PARAMETERS, **OFFICE_PARAMETERS,
    ("manage_classes", "uid"): lambda w, t: t.training_class.uid,
    ("manage_day", "uid"): lambda w, t: t.training_class.uid,
    ("manage_rules", "uid"): lambda w, t: t.training_class.uid,
    ("manage_roster", "uid"): lambda w, t: t.training_class.uid,
    ("manage_roster_import", "uid"): lambda w, t: t.training_class.uid,
    ("manage_timetable", "uid"): lambda w, t: t.training_class.uid,
    ("manage_groups", "uid"): lambda w, t: t.training_class.uid,
    ("manage_attendance", "uid"): lambda w, t: t.training_class.uid,
    ("leave", "uid"): lambda w, t: t.leave.uid,
    ("manage_leave", "uid"): lambda w, t: t.training_class.uid,
    ("manage_leave_filing", "uid"): lambda w, t: t.training_class.uid,
    ("", "request_uid"): lambda w, t: t.leave.uid,
    ("manage_reviews", "uid"): lambda w, t: t.training_class.uid,
    ("manage_exports", "uid"): lambda w, t: t.training_class.uid,
    ("manage_certificates", "uid"): lambda w, t: t.training_class.uid,
    ("manage_issuing", "uid"): lambda w, t: t.training_class.uid,
    ("manage_reissuing", "uid"): lambda w, t: t.training_class.uid,
    ("manage_deliveries", "uid"): lambda w, t: t.training_class.uid,
    ("", "archive_uid"): lambda w, t: t.archive.uid,
    ("manage_print", "uid"): lambda w, t: t.training_class.uid,
    ("manage_papers", "uid"): lambda w, t: t.training_class.uid,
    ("manage_paper_plan", "uid"): lambda w, t: t.training_class.uid,
    ("manage_invigilation", "uid"): lambda w, t: t.training_class.uid,
    ("manage_banks", "uid"): lambda w, t: t.bank.uid,
    ("manage_bank_questions", "uid"): lambda w, t: t.bank.uid,
    ("manage_bank_exports", "uid"): lambda w, t: t.bank.uid,
    ("manage_bank_exports", "ending"): lambda w, t: "xlsx",
    ("manage_bank_imports", "uid"): lambda w, t: t.bank.uid,
    ("manage_bank_imports", "import_uid"): lambda w, t: t.question_import.uid,
    ("manage_paper_plan", "paper_uid"): lambda w, t: t.draft.uid,
    ("", "paper_uid"): lambda w, t: t.paper.uid,
    ("", "attempt_uid"): lambda w, t: t.running.uid,
    ("", "question_uid"): lambda w, t: t.question.uid,
    ("manage_class_courses", "uid"): lambda w, t: t.training_class.uid,
    ("manage_wall", "uid"): lambda w, t: t.session.uid,
    ("manage_sessions", "uid"): lambda w, t: t.session.uid,
    ("manage_roll_call", "uid"): lambda w, t: t.session.uid,
    ("manage_card_desk", "uid"): lambda w, t: t.session.uid,
    ("manage_attendance_reports", "uid"): lambda w, t: t.training_class.uid,
    ("manage_attendance_imports", "uid"): lambda w, t: t.training_class.uid,
    ("manage_attendance_imports", "import_uid"): lambda w, t: t.attendance_import.uid,
    ("manage_sheets", "uid"): lambda w, t: t.training_class.uid,
    ("manage_sheets", "code"): lambda w, t: t.sheet.code,
    ("manage_sheets", "photo_uid"): lambda w, t: t.photo.uid,
    ("lms.manage_reconciliation.show", "uid"): lambda w, t: t.training_class.uid,
    ("lms.manage_reconciliation.explain_lines", "uid"): lambda w, t: t.session.uid,
    ("manage_head_count", "uid"): lambda w, t: t.session.uid,
    ("manage_vehicles", "uid"): lambda w, t: t.training_class.uid,
    ("", "vehicle_uid"): lambda w, t: t.vehicle.uid,
    ("manage_walk_ins", "uid"): lambda w, t: t.training_class.uid,
    ("lms.manage_walk_ins.at_session", "uid"): lambda w, t: t.session.uid,
    ("lms.manage_walk_ins.note", "uid"): lambda w, t: t.session.uid,
    ("", "walk_in_uid"): lambda w, t: t.walk_in.uid,
    ("manage_substitutes", "uid"): lambda w, t: t.training_class.uid,
    ("", "substitution_uid"): lambda w, t: t.substitution.uid,
    ("manage_spot_checks", "uid"): lambda w, t: t.session.uid,
    ("", "check_uid"): lambda w, t: t.spot_check.uid,
    ("manage_people", "uid"): lambda w, t: t.person.uid,
    ("manage_logins", "uid"): lambda w, t: t.person.uid,
    ("manage_roles", "uid"): lambda w, t: t.person.uid,
    ("lms.manage_roles.take", "uid"): lambda w, t: w.people["training_officer" if t is w.a else "other_officer"].uid,
    ("papers", "uid"): lambda w, t: t.paper.uid,
    ("attempts", "uid"): lambda w, t: t.running.uid,
    ("certificates", "uid"): lambda w, t: t.certificate.uid,
    ("hours", "year"): lambda w, t: "2026",
    ("manage_hours", "uid"): lambda w, t: t.person.uid,
    ("", "entry_uid"): lambda w, t: t.own_hours.uid,
    ("manage_hours_imports", "import_uid"): lambda w, t: t.hours_import.uid,
    ("manage_backups", "name"): lambda w, t: backup_name(w),
    ("manage_backups", "number"): lambda w, t: "1",
    ("jobs", "uid"): lambda w, t: t.job.uid,
    ("", "slug"): lambda w, t: t.course.slug,
    ("", "module"): lambda w, t: t.version.modules[0].slug,
    ("learning", "version"): lambda w, t: t.version.uid,
    ("learning", "name"): lambda w, t: t.asset,
    ("sign_in", "code"): lambda w, t: hall_code(w, t),
    ("sign_in", "ticket"): lambda w, t: ticket(w, t),
    ("card", "code"): lambda w, t: t.card,
    ("verify", "code"): lambda w, t: t.verify_code,
    ("login", "token"): lambda w, t: t.link,
    ("", "session_uid"): lambda w, t: t.session.uid,
    ("", "enrolment_uid"): lambda w, t: t.enrolment.uid,
    ("", "certificate_uid"): lambda w, t: t.certificate.uid,
    ("manage_issue_requests", "request_uid"): lambda w, t: t.issue_request.uid,
    ("manage_certificate_templates", "name"): lambda w, t: "portrait",
    **{(blueprint, "uid"): lambda w, t: t.training_class.uid for blueprint in ("manage_issue_requests", "manage_decisions", "manage_seal_image")},
    ("", "event_uid"): lambda w, t: t.event.uid,
    ("", "grant_uid"): lambda w, t: t.grant.uid,
    ("", "group_uid"): lambda w, t: t.training.groups[0].uid,
    ("manage_roster_import", "import_uid"): lambda w, t: t.roster_import.uid,
    ("manage_print", "kind"): lambda w, t: "cards",
    ("", "ending"): lambda w, t: "xlsx",
}


def hall_code(world: World, things: Things) -> str:
    """What the hall's screen shows now."""
    site = world.site
    return scan_text(site.key("hall"), things.session.uid, "in", site.clock.now(), site.settings.code_step)


def backup_name(world: World) -> str:
    """A backup of the installation; made when first asked for."""
    root = backup_folder(world.site.settings)
    return (backups(root) or [make_backup(world.site, root, reason="asked")])[-1].name


def ticket(world: World, things: Things) -> str:
    site = world.site
    return give_ticket(site.key("ticket"), Scan(things.session.uid, "in", site.clock.now()), "device")


def parameter(endpoint: str, name: str) -> Maker | None:
    blueprint = endpoint.split(".")[-2]
    for key in ((endpoint, name), (blueprint, name), ("", name)):
        if key in PARAMETERS:
            return PARAMETERS[key]
    return None


def address(app: Flask, world: World, rule: Rule, things: Things, **swapped: Things) -> str:
    """The rule's address for *things*; *swapped* takes some parameters from the other class."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        choices = getattr(rule._converters[name], "items", None)
        maker = parameter(rule.endpoint, name)
        if maker is None and choices:
            values[name] = sorted(choices)[0]
            continue
        assert maker is not None, f"tests/web/matrix/things.py does not say what <{name}> of {rule.endpoint} is"
        values[name] = maker(world, swapped.get(name, things))
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(rule.endpoint, values)
    return str(path)


Form = dict[str, Any]
FormMaker = Callable[[World, Things, str], Form]


def opened(world: World, things: Things, role: str) -> Form:
    """The sign of when the module was opened, as its page gives it to whoever may read it."""
    page = world.browsers[role].get(f"/courses/{things.course.slug}/{things.version.modules[0].slug}").get_data(as_text=True)
    found = re.search(r'name="opened"[^>]*value="([^"]+)"', page)
    return {"opened": found.group(1) if found else "", "read_to": "1000"}


def seal_picture() -> bytes:
    """A PNG with a transparent background."""
    out = BytesIO()
    Image.new("RGBA", (8, 8), (200, 20, 20, 0)).save(out, "PNG")
    return out.getvalue()


def redeemed(world: World, things: Things, role: str) -> Form:
    """A phone that nobody is logged in on says whose it is."""
    return {"name": things.person.name, "digits": (things.person.phone or "")[-4:]} if role == "anonymous" else {}


def class_values(world: World, things: Things, role: str) -> Form:
    made = things.training_class
    return {"title": made.title, "organiser": "样例区总工会", "starts_on": made.starts_on.isoformat(),
            "ends_on": made.ends_on.isoformat(), "zone": made.zone, "version": made.version}


def class_rules(world: World, things: Things, role: str) -> Form:
    """The rules as their form shows them: a box that is not ticked is not sent."""
    shown = shown_rules(rules_of(things.training_class))
    return {**{name: list(value) if isinstance(value, tuple) else value for name, value in shown.items() if value is not False},
            "version": things.training_class.version}


def session_values(world: World, things: Things, role: str) -> Form:
    return {"title": "答疑", "kind": "discussion", "day": things.session.day.isoformat(), "starts": "18:30", "ends": "19:30",
            "credit_hours": "0.5", "version": things.session.version}


def seat_values(world: World, things: Things, role: str) -> Form:
    return {"name": "后来的人", "phone": "", "unit": "", "gender": "", "group": ""}


def roster_file(world: World, things: Things, role: str) -> Form:
    return {"file": (BytesIO("姓名,手机号\n后来的人,19900005001\n".encode()), "名册.csv")}


def paper_values(world: World, things: Things, role: str) -> Form:
    """The settings of the published quiz as its form shows them, with another title."""
    return {"title": "改了名的测验", "kind": "quiz", "minutes": "0", "attempts": "3", "pass_percent": "60", "shuffle": "y",
            "layout": "one", "partial": "none", "counting": "best", "drawn": "person", "door": "open", "show_marks": "after_submit",
            "show_own": "after_submit", "review": "after_submit", "show_why": "after_submit", "session": "", "version": things.paper.version}


def question_values(world: World, things: Things, role: str) -> Form:
    """The bank's first question is a single choice."""
    return {"kind": "single", "stem": "这笔支出由谁审批？", "option-A": "主席一人", "option-B": "集体研究", "right": "B", "difficulty": "1",
            "topic": "", "version": things.question.version}


def question_file(world: World, things: Things, role: str) -> Form:
    return {"file": (BytesIO("题干,选项A,选项B,答案\n还有一题？,甲,乙,A\n".encode()), "题.csv")}


def hours_row(world: World, things: Things, role: str) -> Form:
    return {"name": things.person.name, "title": "市级示范班", "day": "2026-06-01", "kind": "offjob", "hours": "8", "proof": "证书 9 号", "uid": new_uid()}


def hours_file(world: World, things: Things, role: str) -> Form:
    return {"file": (BytesIO(f"姓名,培训名称,日期,学时,证明\n{things.person.name},区级班,2026-05-01,4,证书 1 号\n".encode()), "学时.csv")}


def app_digits(world: World, role: str) -> str:
    """What the app on the phone of whoever has the role shows; nobody has set one up yet."""
    return code_at(secret_of(world.site.key("second-factor"), world.people[role], 1), step_of(world.site.clock.now())) if role in world.people else "0"


FORMS: dict[str, Form | FormMaker] = {
    **MATERIAL_FORMS, **EXAM_FORMS, **LEARNING_FORMS, **OFFICE_FORMS,
    "lms.manage_hours.enter": hours_row,
    "lms.manage_hours.take_back": {"reason": "证明有误"},
    "lms.manage_hours_imports.read": hours_file,
    "lms.manage_hours_rules.save": {"target": "60", "unit_minutes": "45", "half_minutes": "20", "online_cap": "30", "from_year": "2026", "seen": "0"},
    "lms.leave.check": leave_values,
    "lms.leave.send": leave_values,
    "lms.manage_leave_filing.enter": lambda w, t, role: {**leave_values(w, t, role), "session": t.training.sessions[3].uid, "basis": "纸质假条"},
    "lms.leave.back": lambda w, t, role: settled_leave(w, t),
    "lms.manage_leave.back": lambda w, t, role: settled_leave(w, t),
    "lms.manage_leave.settle": lambda w, t, role: {"verdict": "approved", "version": t.leave.version},
    "lms.manage_reviews.decide": review,
    "lms.manage_banks.make": {"title": "自建题库", "slug": "own-bank", "course": ""},
    "lms.manage_bank_questions.write": question_values,
    "lms.manage_bank_questions.edit": question_values,
    "lms.manage_bank_questions.state": {"state": "retired"},
    "lms.manage_bank_imports.read": question_file,
    "lms.manage_bank_imports.parse": {"text": "1. 工会是群团组织。（√）"},
    "lms.manage_bank_questions.review": {"review_by": "2099-01-01"},
    "lms.manage_papers.make": paper_values,
    "lms.manage_papers.save": paper_values,
    "lms.manage_paper_plan.add_cell": lambda w, t, role: {"source": f"{t.bank.slug}|", "count": "2", "mark": "5",
                                                          "version": t.draft.version},
    "lms.manage_paper_plan.remove": lambda w, t, role: {"cell": "0", "version": t.draft.version},
    "lms.manage_paper_plan.add_picks": lambda w, t, role: {"question": t.question.uid, "mark": "2", "version": t.draft.version},
    "lms.manage_invigilation.time_for_all": {"minutes": "10", "reason": "停电十分钟"},
    "lms.manage_invigilation.time_for_one": {"minutes": "10", "reason": "手机没电"},
    "lms.manage_class_courses.save": lambda w, t, role: {f"course-{t.course.uid}": "optional"},
    "lms.manage_classes.make": class_values,
    "lms.manage_classes.save": class_values,
    "lms.manage_rules.save": class_rules,
    "lms.manage_classes.set_state": lambda w, t, role: {"to": "close", **settled_leave(w, t, "refused"), **settled_walk_in(w, t)},
    "lms.manage_timetable.add": session_values,
    "lms.manage_timetable.change": session_values,
    "lms.manage_groups.add": {"name": "机动组"},
    "lms.manage_groups.rename": lambda w, t, role: {"name": "机动组", "version": t.training.groups[0].version},
    "lms.manage_roster.add": seat_values,
    "lms.manage_roster.change": seat_values,
    "lms.manage_roster.move": lambda w, t, role: {"seat": t.enrolment.uid, "to": "none"},
    "lms.manage_roster.withdraw_one": {"reason": "工作调动"},
    "lms.manage_roster_import.read": roster_file,
    "lms.second_factor.begin": lambda w, t, role: {"code": app_digits(w, role)},
    "lms.language.choose": {"locale": "en"},
    "lms.learning.read": opened,
    "lms.manage_local_amounts.save": lambda w, t, role: {"amount": t.version.amounts[0]["id"], "value": "77", "year": "2026",
                                                         "source": "区总工会〔2026〕3号", "version": "0"},
    "lms.manage_people.add": {"name": "新来的讲师"},
    "lms.manage_people.save": lambda w, t, role: {"name": "更正", "phone": t.person.phone, "version": t.person.version},
    "lms.manage_roles.give": lambda w, t, role: {"role": "class_teacher", "scope": f"class:{t.training_class.uid}"},
    "lms.manage_print.make": {"confirmed": "1"},
    "lms.sign_in.typed": lambda w, t, role: {"code": hall_code(w, t).rsplit("-", 1)[1][:6]},
    "lms.sign_in.redeem": redeemed,
    "lms.manage_sessions.correct": lambda w, t, role: {"status": "present", "reason": "班主任确认在场", "uid": new_uid()},
    "lms.manage_roll_call.send": called,
    "lms.manage_walk_ins.note": lambda w, t, role: {"uid": new_uid(), "name": "后来的人", "unit": "", "phone": ""},
    "lms.manage_walk_ins.match": lambda w, t, role: {"enrolment": t.training.enrolments[3].uid, "version": 1},
    "lms.manage_walk_ins.enrol": {"group": "", "version": 1},
    "lms.manage_walk_ins.drop": {"reason": "司机", "version": 1},
    "lms.manage_substitutes.add": lambda w, t, role: {
        "uid": new_uid(), "original": t.training.enrolments[5].uid, "substitute": t.training.enrolments[3].uid,
        "session": t.training.sessions[2].uid, "reason": "单位另有任务"},
    "lms.manage_substitutes.undo": {"reason": "登记错了人"},
    "lms.manage_spot_checks.make": {"size": "2"},
    "lms.manage_spot_checks.note": spotted,
    "lms.manage_vehicles.add": {"name": "二号车", "seats": "50"},
    "lms.manage_vehicles.change": lambda w, t, role: {"name": "头车", "seats": "", "version": t.vehicle.version},
    "lms.manage_vehicles.assign": lambda w, t, role: {"vehicle": t.vehicle.uid, "group": t.training.groups[1].uid},
    "lms.manage_head_count.count_vehicle": aboard,
    "lms.manage_head_count.count_group": aboard,
    "lms.manage_head_count.leave": lambda w, t, role: {"uid": new_uid(), "reason": "其余的人自行前往"},
    "lms.manage_card_desk.scan": lambda w, t, role: {"card": f"https://peixun.example.org/c/{t.card}", "at_once": "1", "uid": new_uid()},
    "lms.manage_sessions.void": {"reason": "重复记录"},
    "lms.manage_attendance_imports.read": attendance_list,
    "lms.manage_sheets.make": lambda w, t, role: {"session": t.session.uid},
    "lms.manage_sheets.save": lambda w, t, role: {"absent": "2", "uid": new_uid(), "version": t.sheet.version},
    "lms.manage_reconciliation.explain_lines": lambda w, t, role: {"enrolment": t.training.enrolments[4].uid, "reason": "忘带手机"},
    "lms.manage_certificates.revoke_one": {"reason": "姓名有误，另行发证"},
    "lms.manage_deliveries.make": {"form": "unit"},
    "lms.manage_reissuing.reissue_one": {"reason": "姓名有误，予以更正", "address_ok": "1"},
    "lms.manage_issuing.ask_selected": lambda w, t, role: {"enrolment": t.training.enrolments[3].uid},
    "lms.manage_issuing.issue": {"address_ok": "1"},
    "lms.manage_certificate_templates.copy": lambda w, t, role: {"name": f"ours-{new_uid()[-8:]}"},
    "lms.manage_decisions.save": {"kind": "approval", "seen": "0"},
    "lms.manage_seal_image.propose": lambda w, t, role: {"file": (BytesIO(seal_picture()), "公章.png")},
    "lms.verify.search": lambda w, t, role: {"number": t.certificate.number, "name": t.certificate.snapshot["name"]},
}


def form(world: World, endpoint: str, things: Things, role: str) -> Form:
    made = FORMS.get(endpoint, {})
    return made(world, things, role) if callable(made) else dict(made)
