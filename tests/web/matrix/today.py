"""The front page: trainees see their day, staff are sent to their classes."""
from matrix import table

ROWS = table("""
                    anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.today.show  login      200      200            302            302               302            302            302           302         302      302
""")
