"""Reports on everybody, to print or to take away: for those who may export."""
from matrix import table

ROWS = table("""
                                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_attendance_reports.people          login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_attendance_reports.people_file    login      403      404            200            200               200            403            403           403         404      404
GET lms.manage_attendance_reports.notice          login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_attendance_reports.notice_file    login      403      404            200            200               200            403            403           403         404      404
""")
