"""The form of a paper's settings."""
from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.core.classes.models import TrainingClass
from lms.core.classes.timetable import instants
from lms.core.i18n import N_, translate
from lms.core.quizzes.counting import COUNTINGS
from lms.core.quizzes.models import Paper
from lms.core.quizzes.papers import DOORS, DRAWS, KINDS, LAYOUTS, MOMENTS, PARTIALS, SHOWN, PaperValues
from lms.core.quizzes.takers import for_groups
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.local_times import instant_of, wall_of

_MARKS_SHOWN = {name: word for name, word in MOMENTS.items() if name != "never"}
_SAME = ("title", "kind", "minutes", "attempts", "counting", "shuffle", "drawn", "layout", "partial", "door", "version", *SHOWN)


class PaperForm(Form):
    title = StringField(N_("试卷名称"), [InputRequired(N_("请填写试卷的名称。")), Length(max=200)])
    kind = RadioField(N_("类别"), choices=options(KINDS), default="exam")
    session = SelectField(N_("对应课次"), [Optional()])
    opens_at = DateTimeLocalField(N_("开始时间"), [Optional()])
    closes_at = DateTimeLocalField(N_("结束时间"), [Optional()])
    minutes = IntegerField(N_("限时"), [InputRequired(N_("请填写分钟数，不限时写 0。")), NumberRange(0, 1440)], default=40)
    attempts = IntegerField(N_("可以作答几次"), [InputRequired(N_("请填写次数，不限次数写 0。")), NumberRange(0, 100)], default=1)
    counting = RadioField(N_("取哪一次的成绩"), choices=options(COUNTINGS), default="best")
    full_mark = DecimalField(N_("满分"), [Optional(), NumberRange(0, 10_000)])
    pass_percent = IntegerField(N_("及格线"), [InputRequired(N_("请填写百分比。")), NumberRange(0, 100)], default=60)
    drawn = RadioField(N_("怎样抽题"), choices=options(DRAWS), default="person")
    shuffle = BooleanField(N_("打乱题目和选项的顺序"), default=True)
    layout = RadioField(N_("怎样显示"), choices=options(LAYOUTS), default="one")
    partial = RadioField(N_("多选题评分"), choices=options(PARTIALS), default="none")
    groups = SelectMultipleField(N_("谁参加"), [Optional()], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())
    door = RadioField(N_("怎样开始"), choices=options(DOORS), default="open")
    show_marks = SelectField(SHOWN["show_marks"], choices=options(_MARKS_SHOWN), default="after_submit")
    show_own = SelectField(SHOWN["show_own"], choices=options(MOMENTS), default="after_close")
    review = SelectField(SHOWN["review"], choices=options(MOMENTS), default="after_close")
    show_why = SelectField(SHOWN["show_why"], choices=options(MOMENTS), default="after_close")
    version = HiddenField()

    def values(self, training_class: TrainingClass, paper: Paper | None = None) -> PaperValues:
        """What ``make_paper`` and ``change_paper`` take; without times of its own a paper has those of its session."""
        session = next((s for s in training_class.sessions if s.uid == self.session.data), None)
        opens, closes = (instant_of(field.data, training_class.zone) for field in (self.opens_at, self.closes_at))
        if session is not None and opens is None and closes is None:
            opens, closes = instants(session, training_class.zone)
        chosen: Any = {name: self[name].data for name in _SAME if name != "version"}
        return cast(PaperValues, {
            **chosen, "session_id": session.id if session else None, "opens_at": opens, "closes_at": closes,
            "pass_mark": self.pass_percent.data * 10, "full_mark": int((self.full_mark.data or 0) * 1000),
            "takers": self._takers(training_class, paper)})

    def _takers(self, training_class: TrainingClass, paper: Paper | None) -> dict[str, Any]:
        """People named one by one (a re-sit) stay; groups are chosen here."""
        if paper is not None and "people" in paper.takers:
            return paper.takers
        return for_groups([g.id for g in training_class.groups if g.uid in (self.groups.data or ())])


def paper_form(training_class: TrainingClass, form: PaperForm) -> PaperForm:
    """*form* with the sessions and groups of the class to choose from."""
    form.session.choices = options([("", translate(here().locale, N_("不对应课次"))), *(
        (s.uid, f"{s.day:%m-%d} {s.starts:%H:%M} {s.title}") for s in training_class.sessions if not s.cancelled)])
    form.groups.choices = options([(g.uid, g.name) for g in training_class.groups])
    return form


def shown_values(paper: Paper) -> dict[str, Any]:
    """What the form shows for a paper that there is."""
    zone, groups = paper.training_class.zone, set(paper.takers.get("groups", ()))
    return {**{name: getattr(paper, name) for name in _SAME}, "pass_percent": paper.pass_mark // 10,
            "full_mark": Decimal(paper.full_mark) / 1000 if paper.full_mark else None,
            "opens_at": wall_of(paper.opens_at, zone), "closes_at": wall_of(paper.closes_at, zone),
            "session": next((s.uid for s in paper.training_class.sessions if s.id == paper.session_id), ""),
            "groups": [g.uid for g in paper.training_class.groups if g.id in groups]}
