"""The day of a class, for those who may take its records out."""
from matrix import table

ROWS = table("""
                         anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET  lms.manage_day.show   login    403      404            200            200               200            403            403           403         404      404
POST lms.manage_day.export login    403      404            200            200               200            403            403           403         404      404
""")
