"""The matrix of a class, narrowed to the group for its leader."""
from matrix import table

ROWS = table("""
                                  anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_attendance.alarms  login      403      404            200            200               200            200            200           403         404      404
GET lms.manage_attendance.matrix  login      403      404            200            200               200            200            200           403         404      404
""")
