"""The live wall shows figures of the whole class: to those who take its attendance or teach in it."""
from matrix import table

ROWS = table("""
                          anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_wall.show  login      403      404            200            200               200            200            403           200         404      404
GET lms.manage_wall.now   login      403      404            200            200               200            200            403           200         404      404
""")
