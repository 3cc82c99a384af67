"""One's own mistakes are one's own. The quiz of the matrix is no practice, so nothing of it is revealed."""
from matrix import table

ROWS = table("""
                          anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
POST lms.practice.reveal  login      404      404            404            404               404            404            404           404         404      404
GET lms.practice.index    login      200      200            200            200               200            200            200           200         200      200
GET lms.practice.show     login      200      404            404            404               404            404            404           404         404      404
POST lms.practice.answer  login      200      404            404            404               404            404            404           404         404      404
""")
