"""A survey is answered by who is enrolled in its class; staff of the class see what is asked."""
from matrix import table

ROWS = table("""
                       anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.surveys.show   login      200      404            200            200               200            404            404           404         404      404
POST lms.surveys.send  login      303      404            403            403               403            404            404           404         404      404
""")
