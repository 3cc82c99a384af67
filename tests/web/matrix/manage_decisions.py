"""Approvals and outstanding trainees: whoever may approve leave for the whole class. This class asks for neither, so nothing can be saved."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_decisions.show   login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_decisions.save  login      403      404            422            422               422            403            403           403         404      404
""")
