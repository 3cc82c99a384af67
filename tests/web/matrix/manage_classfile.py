"""The papers of a class speak of all its people: whoever may take files out of it."""
from matrix import table

ROWS = table("""
                                anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_classfile.show   login      403      404            200            200               200            403            403           403         404      404
POST lms.manage_classfile.take  login      403      404            200            200               200            403            403           403         404      404
""")
