"""Everybody may search; what is found is what they may see."""
from matrix import table

ROWS = table("""
                     anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.search.show  login      200      200            200            200               200            200            200           200         200      200
""")
