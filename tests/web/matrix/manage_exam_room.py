"""The room is paused and ended by those who teach; the code for the projector is for everybody who watches it."""
from matrix import table

ROWS = table("""
                               anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
POST lms.manage_exam_room.do   login      403      404            303            303               403            404            404           303         404      404
GET lms.manage_exam_room.code  login      403      404            200            200               200            404            404           200         404      404
""")
