"""One's own hours, whoever one is."""
from matrix import table

ROWS = table("""
                    anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.hours.show  login      200      200            200            200               200            200            200           200         200      200
GET lms.hours.take  login      200      200            200            200               200            200            200           200         200      200
""")
