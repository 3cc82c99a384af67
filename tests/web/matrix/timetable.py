"""Everybody has a timetable of their own, be it empty."""
from matrix import table

ROWS = table("""
                        anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.timetable.show  login      200      200            200            200               200            200            200           200         200      200
""")
