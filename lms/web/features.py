"""The blueprints of our pages, one a feature."""
from __future__ import annotations

from flask import Blueprint

from lms.web import (
    attempts,
    card,
    certificates,
    health,
    jobs,
    language,
    learning,
    leave,
    material,
    papers,
    record,
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
    audit,
    bank_imports,
    banks,
    card_desk,
    class_courses,
    classes,
    courses,
    exports,
    groups,
    head_count,
    helping,
    invigilation,
    issuing,
    paper_plan,
    people,
    printing,
    questions,
    reconciliation,
    reviews,
    roles,
    roll_call,
    roster,
    roster_import,
    rules,
    sessions,
    sheets,
    timetable,
    vehicles,
)
from lms.web.manage import certificates as manage_certificates
from lms.web.manage import leave as manage_leave
from lms.web.manage import papers as manage_papers


def blueprints(own_login: bool) -> list[Blueprint]:
    """All of them; without the login pages where the host has a login of its own."""
    own = [login_pages.pages, password_pages.pages, helping.pages] if own_login else []
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
        bank_imports.pages,
        manage_papers.pages,
        paper_plan.pages,
        invigilation.pages,
        sign_in.pages,
        card.pages,
        sessions.pages,
        roll_call.pages,
        card_desk.pages,
        vehicles.pages,
        head_count.pages,
        attendance.pages,
        reviews.pages,
        leave.pages,
        manage_leave.pages,
        exports.pages,
        attendance_imports.pages,
        sheets.pages,
        reconciliation.pages,
        courses.pages,
        class_courses.pages,
        audit.pages,
        classes.pages,
        rules.pages,
        timetable.pages,
        groups.pages,
        roster.pages,
        roster_import.pages,
        trainee_timetable.pages,
        record.pages,
        certificates.pages,
        verify.pages,
        jobs.pages,
        manage_certificates.pages,
        issuing.pages,
    ]
