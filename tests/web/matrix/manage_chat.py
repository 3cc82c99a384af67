"""Names that leave for a chat group: whoever may take files out of the class."""
from matrix import table

ROWS = table("""
                           anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_chat.show   login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_chat.take  login      403      404            200            200               200            403            403           403         404      404
""")
