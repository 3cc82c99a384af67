"""Files with personal data leave by those who may export, and by nobody else."""
from matrix import table

ROWS = table("""
                                         anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_exports.attendance        login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_exports.attendance_file  login      403      404            200            200               200            403            403           403         404      404
""")
