"""Roles and what each may do within its scope. A trainee needs no grant: an enrolment shows them their own."""
from __future__ import annotations

# see         look at the class, its timetable and people
# manage      change the class, its timetable, groups, roster, rules; reset logins
# attendance  watch the board, take and correct attendance
# leave       see requests for leave with their reasons, decide them as far as the class's rules let the role
# export      take files out
# teach       upload material, write questions, build papers, open sign-in and project its code
# certify     issue and revoke certificates
# audit       read the audit log
ACTIONS = ("see", "manage", "attendance", "leave", "export", "teach", "certify", "audit")

ROLE_ACTIONS: dict[str, frozenset[str]] = {
    "administrator": frozenset(ACTIONS),
    "training_officer": frozenset({"see", "manage", "attendance", "leave", "export", "teach", "certify"}),
    "class_teacher": frozenset({"see", "attendance", "leave", "export"}),
    "class_monitor": frozenset({"see", "attendance"}),
    "group_leader": frozenset({"see", "attendance"}),
    "instructor": frozenset({"see", "teach"}),
    "unit_hr": frozenset({"see"}),
}
# Roles that trainees have beside their own learning.
OF_TRAINEES = frozenset({"class_monitor", "group_leader"})
SCOPES: dict[str, tuple[str, ...]] = {
    "administrator": ("site",),
    "training_officer": ("class",),
    "class_teacher": ("class",),
    "class_monitor": ("class",),
    "group_leader": ("group",),
    "instructor": ("class", "course"),
    "unit_hr": ("unit",),
}
