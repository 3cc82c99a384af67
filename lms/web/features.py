"""The blueprints of our pages, one a feature."""
from __future__ import annotations

from flask import Blueprint

from lms.web import (
    attempts,
    card,
    certificates,
    health,
    hours,
    jobs,
    language,
    learning,
    leave,
    material,
<<<<<<< HEAD
    my_data,
=======
    offline_check,
>>>>>>> main
    papers,
    record,
    second_factor,
    sign_in,
    today,
    verify,
)
from lms.web import login as login_pages
from lms.web import password as password_pages
from lms.web import timetable as trainee_timetable
from lms.web.manage import (
    attendance,
    attendance_imports,
    attendance_reports,
    audit,
    backups,
    bank_exports,
    bank_imports,
    banks,
    card_desk,
    certificate_templates,
    class_courses,
    classes,
    courses,
<<<<<<< HEAD
    day,
=======
    decisions,
>>>>>>> main
    deliveries,
    exports,
    groups,
    head_count,
    helping,
    hours_imports,
    hours_rules,
    invigilation,
    issue_requests,
    issuing,
    leave_filing,
    local_amounts,
    own_unit,
    paper_plan,
    people,
    printing,
    questions,
    reconciliation,
    reissuing,
    reviews,
    roles,
    roll_call,
    roster,
    roster_import,
    rules,
    seal_image,
    sessions,
    sheets,
    spot_checks,
    substitutes,
    timetable,
    vehicles,
    walk_ins,
    wall,
)
from lms.web.manage import certificates as manage_certificates
from lms.web.manage import hours as manage_hours
from lms.web.manage import leave as manage_leave
from lms.web.manage import papers as manage_papers


def blueprints(own_login: bool) -> list[Blueprint]:
    """All of them; without the login pages where the host has a login of its own."""
    own = [login_pages.pages, password_pages.pages, second_factor.pages, helping.pages] if own_login else []
    return [
        *own,
        people.pages,
        roles.pages,
        printing.pages,
        health.pages,
        language.pages,
        today.pages,
        learning.pages,
        material.pages,
        papers.pages,
        attempts.pages,
        banks.pages,
        questions.pages,
        bank_imports.pages, bank_exports.pages,
        manage_papers.pages,
        paper_plan.pages,
        invigilation.pages,
        sign_in.pages, card.pages,
        sessions.pages,
        wall.pages,
        roll_call.pages,
        card_desk.pages,
        vehicles.pages,
        head_count.pages,
        walk_ins.pages,
        substitutes.pages,
        spot_checks.pages,
        attendance.pages,
        reviews.pages,
        leave.pages,
        manage_leave.pages,
        leave_filing.pages,
        exports.pages,
        attendance_imports.pages,
        attendance_reports.pages,
        sheets.pages,
        reconciliation.pages,
        courses.pages, local_amounts.pages,
        class_courses.pages,
        audit.pages, backups.pages,
        own_unit.pages,
        classes.pages,
        rules.pages, day.pages,
        timetable.pages,
        groups.pages,
        roster.pages,
        roster_import.pages,
<<<<<<< HEAD
        trainee_timetable.pages,
        record.pages, my_data.pages,
=======
        trainee_timetable.pages, record.pages,
>>>>>>> main
        hours.pages, manage_hours.pages, hours_imports.pages, hours_rules.pages,
        certificates.pages, offline_check.pages, verify.pages,
        jobs.pages,
        manage_certificates.pages,
        certificate_templates.pages, decisions.pages, seal_image.pages,
        issuing.pages, issue_requests.pages, reissuing.pages, deliveries.pages,
    ]
