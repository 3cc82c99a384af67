"""Who is enrolled writes; the published text of the task is seen by everybody who works in the class."""
from matrix import table

ROWS = table("""
                           anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.assignments.show   login      200      404            200            200               200            200            404           200         404      404
POST lms.assignments.save  login      303      404            403            403               403            403            404           403         404      404
GET lms.assignments.file   login      200      404            404            404               404            404            404           404         404      404
""")
