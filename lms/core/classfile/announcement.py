"""培训通知: a draft that an office edits, with what the system knows filled in."""
from __future__ import annotations

from lms.core.attendance.record import plain_hours
from lms.core.classes.rules import ClassRules
from lms.core.classfile.facts import ClassFile
from lms.core.classfile.parts import columns, paper
from lms.core.documents.document import Block, Document, Grid, Heading, Text
from lms.core.documents.tables import Sheet
from lms.core.i18n import N_


def announcement(file: ClassFile) -> Document:
    """The draft. What only the office knows is left as ``____``."""
    made = file.training_class
    blocks: list[Block] = [Text(file.word(N_("各基层工会：")), "left"),
                           Text(file.word(N_("为提高工会干部履职能力，经研究，决定举办“{class_title}”。现将有关事项通知如下。"), class_title=made.title))]
    for title, parts in ((N_("一、培训时间"), _when(file)), (N_("二、培训地点"), [Text(file.place or file.word(N_("____（请填写）")))]),
                         (N_("三、参训人员"), [Text(file.word(N_("各单位按分配的名额选派，人员名单填在报名回执里。人员确定后原则上不作调整。")))]),
                         (N_("四、培训内容"), _what(file)), (N_("五、有关要求"), _asked(file))):
        blocks += [Heading(file.word(title)), *parts]
    blocks += [Text(file.word(N_("联系人：____　　电话：____")), "body"), Text(file.organiser, "right"),
               Text(file.word(N_("____年__月__日")), "right")]
    return paper(file, file.word(N_("关于举办“{class_title}”的通知"), class_title=made.title), blocks, lines=[file.word(N_("（草稿，请修改后印发）"))])


def _when(file: ClassFile) -> list[Block]:
    held = file.held
    if not held:
        return [Text(file.span)]
    first = held[0]
    return [Text(file.word(N_("{span}，共 {hours} 学时。第一次课 {day} {time} 开始，请提前 {minutes} 分钟到场签到。"), span=file.span,
                           hours=plain_hours(sum(s.credit_hours for s in held)), day=file.day(first.day), time=f"{first.starts:%H:%M}",
                           minutes=file.record.rules.opens_before))]


def _what(file: ClassFile) -> list[Block]:
    heads = columns(file, ("day", N_("日期"), "date", 12), ("time", N_("时间"), "text", 12), ("title", N_("内容"), "text", 40),
                    ("lecturer", N_("授课人"), "text", 14))
    return [Grid(Sheet(file.word(N_("培训内容")), heads, [(s.day, f"{s.starts:%H:%M}–{s.ends:%H:%M}", s.title, s.lecturer) for s in file.held]))]


def _asked(file: ClassFile) -> list[Block]:
    rules = file.record.rules
    said = [N_("（一）严格考勤。每个课次都要签到；上课 {late} 分钟以后签到算迟到，{absent} 分钟以后算缺勤。"), _leave(rules),
            N_("（三）遵守学风要求。培训期间不得用公款相互宴请，不赠送礼品，不组织与培训无关的活动。"),
            N_("（四）请携带手机（已装微信）和笔记本。")]
    total = sum(s.credit_hours for s in file.held)
    allowed = rules.leave_allowed(total)
    return [Text(file.word(text, late=rules.late_after, absent=rules.absent_after, most=plain_hours(allowed or 0))) for text in said]


def _leave(rules: ClassRules) -> str:
    if rules.leave_limit == "none":
        return N_("（二）培训期间一般不得请假。确需请假的，要提前在手机上申请，批准后方可离开。")
    return N_("（二）培训期间一般不得请假。确需请假的，要提前在手机上申请，批准后方可离开；请假超过 {most} 学时的，不予结业。")
