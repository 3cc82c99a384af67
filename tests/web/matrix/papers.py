"""Papers are for the people of the class; staff who are not in it may read the rules of one, but not sit it."""
from matrix import table

ROWS = table("""
                       anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.papers.index   login      200      200            200            200               200            200            200           200         200      200
GET lms.papers.show    login      200      404            200            200               200            404            404           200         404      404
POST lms.papers.begin  login      303      404            403            403               403            404            404           403         404      404
""")
