"""Find the session that a code, a name or an hour means."""
from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from lms.core.attendance.check_in import sign_in_window
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.classes.session_rules import rules_in
from lms.core.errors import Conflict, NotFound
from lms.core.i18n import N_
from lms.core.people.models import Person
from lms.core.people.names import name_key

_BY_UID = (select(ClassSession).join(ClassSession.training_class)
           .options(contains_eager(ClassSession.training_class)).where(ClassSession.uid == bindparam("uid")))


def session_with_class(db: Session, uid: str) -> ClassSession:
    """A session with its class, in one statement. For doors that a valid code opens: it asks for no viewer.

    :raises NotFound: there is none
    :raises Conflict: its class is a draft that no trainee knows of
    """
    found = db.scalar(_BY_UID, {"uid": uid})
    if found is None:
        raise NotFound("no_such_session", N_("没有这个课次，它可能已被移走。请重新扫描大屏幕上的二维码。"))
    if found.training_class.state == "draft":
        raise Conflict("class_is_draft", N_("这个培训班还在筹备，没有签到。请等培训班发布以后再扫。"))
    return found


def open_sessions(db: Session, *, now: datetime, soon: bool = False) -> list[ClassSession]:
    """The sessions whose sign-in is open now, with their classes.

    :param soon: those too that open so soon that a code seen now may wait for it
    """
    near = [(now + timedelta(days=d)).date() for d in (-1, 0, 1)]  # the local day differs from UTC's by one at most
    rows = db.scalars(select(ClassSession).join(ClassSession.training_class)
                      .options(contains_eager(ClassSession.training_class))
                      .where(ClassSession.day.in_(near), ClassSession.counts, ~ClassSession.cancelled,
                             TrainingClass.state != "draft")).all()
    found = []
    for session in rows:
        rules, zone = rules_of(session.training_class), session.training_class.zone
        opens, closes = sign_in_window(session, rules, zone)
        if soon:
            opens -= timedelta(minutes=rules_in(session, rules).scan_early)
        if opens <= now <= closes:
            found.append(session)
    return found


def person_by_name_and_digits(db: Session, *, class_id: int, name: str, digits: str) -> Person:
    """Somebody enrolled in the class, by name and the last four digits of the phone.

    :raises NotFound: nobody fits, or more than one; it is not told which, so that nothing can be probed
    """
    found = db.scalars(select(Person).join(Enrolment, Enrolment.person_id == Person.id).where(
        Enrolment.class_id == class_id, Enrolment.state == "enrolled", Person.name_key == name_key(name), Person.state == "active",
        Person.phone.endswith(digits, autoescape=True)).limit(2)).all() if len(digits) == 4 and digits.isdigit() else []
    if len(found) != 1:
        raise NotFound("nobody_found", N_("没有找到相符的姓名和手机尾号，没有签到。请核对后再试，或到签到台联系工作人员。"))
    return found[0]
