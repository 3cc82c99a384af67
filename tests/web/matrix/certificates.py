"""A certificate's file: its holder, staff who file it, and the holder's own unit."""
from matrix import table

ROWS = table("""
                          anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.certificates.pdf  login      200      404            200            200               200            404            404           404         200      404
GET lms.certificates.picture  login      200      404            200            200               200            404            404           404         200      404
""")
