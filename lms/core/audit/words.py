"""What the log says in people's words: the kind of an act, the act, the thing, and which field changed. Message ids."""
from __future__ import annotations

from lms.core.i18n import N_

# The beginning of an action -> what the log can be filtered by.
KINDS = {
    "access": N_("安装"), "role": N_("角色"), "person": N_("人员"), "login": N_("登录"), "class": N_("培训班"), "registration": N_("报名"), "session": N_("课程表"),
    "group": N_("分组"), "roster": N_("名册导入"), "enrolment": N_("名册"), "attendance": N_("考勤"), "walk_in": N_("现场登记"),
    "spot_check": N_("随机抽点"), "survey": N_("满意度评价"), "vehicle": N_("乘车安排"), "leave": N_("请假"), "sheet": N_("签到表"), "course": N_("课程"),
    "material": N_("课件"), "backup": N_("备份"), "bank": N_("题库"), "questions": N_("题目导入"), "question": N_("题目"), "paper": N_("试卷"),
    "unit": N_("单位"), "announcement": N_("通知公告"), "assignment": N_("作业"), "discussion": N_("提问"),
    "attempt": N_("作答"), "results": N_("成绩"), "certificate": N_("证书"), "classfile": N_("班级材料"), "hours": N_("学时"), "job": N_("后台任务"),
    "privacy": N_("个人信息"), "audit": N_("日志"), "lms": N_("被拒绝的请求"),
}

ACTIONS = {
    "access.first_administrator": N_("设立第一位管理员"),
    "announcement.make": N_("发布通知"), "announcement.change": N_("修改通知"), "announcement.withdraw": N_("撤回通知"),
    "discussion.answer": N_("解答提问"),
    "assignment.make": N_("新建作业"), "assignment.change": N_("修改作业"), "assignment.draft": N_("撤回作业"),
    "assignment.published": N_("发布作业"), "assignment.closed": N_("截止作业"), "assignment.mark": N_("批阅作业"),
    "assignment.return": N_("退回作业修改"), "assignment.export": N_("导出作业"),
    "attempt.add_time": N_("给一人加时"),
    "attendance.in": N_("代为签到"), "attendance.out": N_("代为签退"),
    "attendance.open": N_("开始签到"), "attendance.close": N_("结束签到"), "attendance.confirm": N_("核对待核记录"),
    "attendance.correct": N_("更正考勤"), "attendance.void": N_("作废考勤记录"), "attendance.roll_call": N_("点名"),
    "attendance.head_count": N_("上报清点"), "attendance.import": N_("导入考勤"), "attendance.undo_import": N_("撤销考勤导入"),
    "attendance.export": N_("导出考勤"), "attendance.substitute": N_("登记替训"), "attendance.substitute_back": N_("撤销替训"),
    "backup.ask": N_("要求备份"), "backup.make": N_("制作备份"), "backup.drill": N_("试恢复备份"), "backup.take": N_("下载备份"),
    "backup.restore": N_("从备份恢复"),
    "bank.import": N_("导入题库"), "bank.export": N_("导出题库"), "question.review": N_("复核题目"), "bank.make": N_("新建题库"), "bank.topic": N_("添加知识点"),
    "certificate.ask": N_("要求发证"), "certificate.reserve": N_("编证书号"), "certificate.issue": N_("发证"),
    "certificate.revoke": N_("作废证书"), "certificate.export": N_("下载证书"), "certificate.reissue": N_("补发证书"),
    "certificate.propose": N_("提出发证名单"), "certificate.confirm": N_("确认发证名单"), "certificate.withdraw": N_("撤回发证名单"),
    "certificate.expire": N_("证书到期"), "certificate.purge": N_("到期清除证书内容"),
    "certificate.copy_template": N_("复制证书版式"), "certificate.decide": N_("审批、评优"), "certificate.seal_propose": N_("提出印章图片"), "certificate.seal_approve": N_("批准印章图片"), "certificate.seal_withdraw": N_("停用印章图片"),
    "certificate.rotate_key": N_("更换签名密钥"),
    "certificate.register": N_("导出证书登记册"), "certificate.deliver": N_("证书打包"),
    "hours.post": N_("按考勤记学时"), "hours.enter": N_("登记学时"), "hours.reverse": N_("冲销学时"), "hours.rules": N_("改学时规则"),
    "hours.preview": N_("上传学时表"), "hours.import": N_("导入学时"), "hours.drop": N_("放弃导入学时"), "hours.export": N_("导出学时"),
    "class.export_day": N_("导出总览"), "class.make": N_("新建培训班"), "class.update": N_("修改培训班"), "class.rules": N_("修改班级规则"), "class.draft": N_("撤回发布"),
    "class.published": N_("发布培训班"), "class.closed": N_("结束培训班"),
    "class.print_activation": N_("打印激活单"), "class.print_cards": N_("打印学员证"),
    "classfile.take": N_("下载班级材料"), "classfile.bundle": N_("做报销附件包"),
    "course.assign": N_("安排课程"), "course.unassign": N_("取消课程"), "course.import": N_("导入课程"),
    "course.local_amount": N_("改本地标准"), "course.study_rules": N_("改学习规则"), "course.open_to_all": N_("改课程开放范围"),
    "course.draft": N_("编辑课程"), "course.discard": N_("放弃课程草稿"), "course.publish": N_("发布课程草稿"), "course.serve": N_("换用课程版本"),
    "course.confirm": N_("确认学完模块"), "course.progress": N_("导出学习进度"),
    "enrolment.make": N_("加入名册"), "enrolment.withdrawn": N_("退班"), "enrolment.enrolled": N_("恢复在班"),
    "group.add": N_("添加分组"), "group.rename": N_("分组改名"), "group.remove": N_("删除分组"), "group.move": N_("调组"),
    "job.cancel": N_("停止后台任务"),
    "leave.ask": N_("申请请假"), "leave.file": N_("代为登记请假"), "leave.approved": N_("批准请假"), "leave.refused": N_("不批准请假"), "leave.withdraw": N_("撤回请假申请"),
    "leave.returned": N_("销假"), "leave.read_proof": N_("查看请假证明"), "leave.purge_proof": N_("到期删除请假证明"),
    "login.recovery_code": N_("用恢复码登录"), "person.second_factor_on": N_("启用第二因素"), "person.second_factor_off": N_("停用第二因素"),
    "login.password": N_("密码登录"), "login.password_change": N_("修改密码"),
    "material.add": N_("上传课件"), "material.remove": N_("删除课件"), "material.replace": N_("替换课件"),
    "material.restore": N_("恢复课件旧版"), "material.change": N_("修改课件"), "material.attach": N_("添加字幕或封面"),
    "material.detach": N_("移走字幕或封面"),
    "paper.make": N_("新建试卷"), "paper.change": N_("修改试卷设置"), "paper.plan": N_("修改试卷选题"), "paper.draft": N_("撤回试卷"),
    "paper.published": N_("发布试卷"), "paper.closed": N_("结束考试"), "paper.add_time": N_("给全体加时"),
    "person.add": N_("添加人员"), "person.transfer": N_("调动单位"), "person.merge": N_("合并人员"), "person.unmerge": N_("撤销合并人员"), "person.update": N_("更正资料"), "person.adopt": N_("由主系统登录"),
    "person.give_link": N_("显示激活链接"), "person.show_phone": N_("查看手机号"), "person.reset_phone": N_("换手机"), "person.reset_card": N_("学员证挂失"),
    "person.reset_password": N_("重设密码"), "person.end_logins": N_("全部退出登录"), "person.deactivate": N_("停用账号"),
    "person.reactivate": N_("恢复账号"),
    "registration.quotas": N_("下达名额"), "registration.renew": N_("换报名链接"), "registration.links": N_("下载报名链接"),
    "registration.reply": N_("单位报名"),
    "paper.pause": N_("暂停考试"), "paper.resume": N_("继续考试"), "paper.mark": N_("阅卷"), "paper.correct": N_("更正试题评分"),
    "paper.resit": N_("安排补考"),
    "privacy.purge": N_("到期清除"), "privacy.ask_nameless": N_("要求到期匿名"), "privacy.nameless": N_("到期匿名"), "privacy.correction_ask": N_("申请更正资料"), "privacy.correction_withdrawn": N_("撤回更正申请"),
    "privacy.correction_accepted": N_("接受更正申请"), "privacy.correction_refused": N_("不接受更正申请"), "privacy.own_data": N_("下载本人的数据"), "audit.export": N_("导出日志"),
    "question.write": N_("写题"), "question.edit": N_("修改题目"), "question.state": N_("改题目状态"),
    "questions.preview": N_("预览题目导入"), "questions.import": N_("导入题目"), "questions.drop": N_("放弃题目导入"),
    "results.export": N_("导出成绩"), "results.statistics": N_("导出统计"),
    "role.give": N_("指定角色"), "role.take": N_("收回角色"),
    "roster.import": N_("导入名册"),
    "session.add": N_("添加课次"), "session.change": N_("修改课次"), "session.cancel": N_("取消课次"), "session.restore": N_("恢复课次"),
    "sheet.print": N_("打印签到表"), "sheet.key": N_("录入签到表"), "sheet.photo": N_("上传签到表照片"), "sheet.explain": N_("说明核对差异"),
    "spot_check.draw": N_("随机抽点"), "spot_check.mark": N_("登记抽点结果"),
    "survey.make": N_("新建评价"), "survey.change": N_("修改评价题目"), "survey.open": N_("开始评价"), "survey.closed": N_("结束评价"),
    "survey.draft": N_("撤回评价"), "survey.export": N_("导出评价结果"),
    "unit.rename": N_("单位改名"), "unit.move": N_("调整上级单位"), "unit.merge": N_("合并单位"),
    "vehicle.add": N_("添加车辆"), "vehicle.change": N_("修改车辆"), "vehicle.remove": N_("删除车辆"), "vehicle.seat": N_("安排乘车"),
    "vehicle.release": N_("放行发车"),
    "walk_in.note": N_("现场登记"), "walk_in.matched": N_("对应到名册"), "walk_in.enrolled": N_("编入名册"),
    "walk_in.drop": N_("现场登记不计"),
}

# Type of the thing an act was done to.
THINGS = {
    "TrainingClass": N_("培训班"), "ClassSession": N_("课次"), "Group": N_("组"), "Enrolment": N_("学员"), "RosterImport": N_("名册导入"),
    "Person": N_("人员"), "Grant": N_("角色"), "Vehicle": N_("车辆"), "WalkIn": N_("现场登记"), "SpotCheck": N_("随机抽点"),
    "LeaveRequest": N_("请假"), "EnrolmentReply": N_("报名回执"), "SignInSheet": N_("签到表"), "AttendanceImport": N_("考勤导入"), "Course": N_("课程"),
    "CourseVersion": N_("课程"), "Material": N_("课件"), "Bank": N_("题库"), "Question": N_("题目"), "QuestionImport": N_("题目导入"),
    "Assignment": N_("作业"), "Submission": N_("作业"), "Survey": N_("满意度评价"), "Announcement": N_("通知公告"), "ModuleQuestion": N_("提问"),
    "Paper": N_("试卷"), "Attempt": N_("作答"), "Certificate": N_("证书"), "IssueRequest": N_("发证名单"), "CorrectionRequest": N_("更正申请"), "Unit": N_("单位"), "SealImage": N_("印章图片"), "Job": N_("后台任务"),
}

# Keys of the values before and after; what has none is shown by its key.
FIELDS = {
    "state": N_("状态"), "name": N_("姓名或名称"), "title": N_("名称"), "phone": N_("手机号"), "gender": N_("性别"), "pinyin": N_("拼音"),
    "unit": N_("单位"), "category": N_("类别"), "parent": N_("上级单位"), "position": N_("职务"), "person_id": N_("人员"), "people": N_("人员"), "group": N_("组"), "vehicle": N_("车辆"),
    "status": N_("考勤状态"), "kind": N_("类别"), "method": N_("方式"), "direction": N_("方向"), "number": N_("编号"), "count": N_("数量"),
    "total": N_("合计"), "file": N_("文件"), "size": N_("大小"), "sessions": N_("课次"), "certificates": N_("证书"), "counts": N_("计数"),
    "new": N_("新增"), "changed": N_("有改动"), "kept": N_("未变"), "saved": N_("已保存"), "refused": N_("不能导入"),
    "day": N_("日期"), "starts": N_("开始"), "ends": N_("结束"), "starts_on": N_("开始日期"), "ends_on": N_("结束日期"),
    "place": N_("地点"), "lecturer": N_("讲师"), "credit_hours": N_("学时"), "sign_out": N_("离开时也要签退"), "rules": N_("考勤规则"),
    "series": N_("系列"), "intake": N_("期次"), "zone": N_("时区"), "slug": N_("短名"), "required": N_("必修"), "course": N_("课程"),
    "module": N_("模块"), "bank": N_("题库"), "stem": N_("题干"), "questions": N_("题数"), "full_mark": N_("满分"), "minutes": N_("分钟"),
    "pass_mark": N_("及格线"), "attempts": N_("可作答次数"), "shuffle": N_("打乱顺序"), "layout": N_("怎样显示"),
    "partial": N_("多选题评分"), "review": N_("正确答案"), "show_marks": N_("得分"), "show_own": N_("自己的答案"), "show_why": N_("解析"),
    "counting": N_("取哪一次"), "drawn": N_("怎样抽题"), "door": N_("怎样开始"), "question": N_("题目"), "how": N_("处理办法"), "verdicts": N_("及格与否变化的人数"), "opens_at": N_("开始时间"), "closes_at": N_("结束时间"),
    "deadline_at": N_("截止时间"), "role": N_("角色"), "scope": N_("范围"), "hours": N_("请假学时"), "due": N_("应学学时"),
    "over": N_("超过上限"), "half_days": N_("半天数"), "proof": N_("证明"), "seats": N_("座位"), "expected": N_("应到"),
    "papers": N_("试卷"), "pages": N_("页数"), "substitute": N_("替训人"), "extra": N_("另加"), "away": N_("未到"),
    "least_chars": N_("最少字数"), "most_files": N_("最多文件数"), "due_at": N_("截止时间"), "late_ok": N_("收迟交"), "needs": N_("怎样算完成"),
    "level": N_("等次"), "mark": N_("分数"), "least": N_("几份才显示"), "body": N_("内容"), "version": N_("版本"), "modules": N_("模块"), "again": N_("要求重新确认"),
    "answer": N_("解答"),
    "devices": N_("设备标识"), "links": N_("激活链接"), "addresses": N_("网络地址"), "logins": N_("登录记录"),
    "left": N_("剩余"),
    "rows": N_("记录"), "files": N_("文件数"), "removed": N_("清理"), "language": N_("语言"), "no_skip": N_("首次观看不能跳过"),
    "amount": N_("数额"), "value": N_("本地数额"), "year": N_("年份"), "source": N_("来源文件"),
}
HUNDREDTHS = frozenset({"credit_hours", "hours", "due"})
# Ids and digests: they prove what was there, and tell a reader nothing.
UNTOLD = frozenset({"hash", "sha256", "uid", "scope_id", "organiser_id", "photo", "event", "events", "job"})


def word_for(action: str) -> str:
    """The word for *action*, a message id; a refused request is recorded by its address, and a plugin's act may have none."""
    return ACTIONS.get(action) or KINDS.get(action.split(".")[0]) or action
