"""Whoever sees a module sees the questions that are shown to their classes; asking takes a seat in a class."""
from matrix import table

ROWS = table("""
                          anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.discussion.show   login      200      404            200            200               200            200            404           200         404      404
POST lms.discussion.send  login      303      404            403            403               403            403            404           403         404      404
""")
