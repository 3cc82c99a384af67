"""What somebody wrote is read and marked by those who teach in the class."""
from matrix import table

ROWS = table("""
                               anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_assignment_marking.show    login      403      404            200            200               403            403            404           200         404      404
POST lms.manage_assignment_marking.judge  login      403      404            303            303               403            403            404           303         404      404
GET lms.manage_assignment_marking.file    login      403      404            200            200               403            403            404           200         404      404
""")
