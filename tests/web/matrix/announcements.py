"""The people of a class read what it is told; only who is enrolled confirms."""
from matrix import table

ROWS = table("""
                             anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.announcements.index  login      200      200            200            200               200            200            200           200         200      200
GET lms.announcements.show   login      200      404            200            200               200            200            404           200         404      404
POST lms.announcements.read  login      303      404            403            403               403            403            404           403         404      404
""")
