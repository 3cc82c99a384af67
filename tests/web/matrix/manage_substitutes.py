"""Who attends instead of whom is entered by whoever takes attendance of the whole class."""
from matrix import table

ROWS = table("""
                                  anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_substitutes.show   login      403      404            200            200               200            200            403           403         404      404
POST lms.manage_substitutes.add   login      403      404            303            303               303            303            403           403         404      404
POST lms.manage_substitutes.undo  login      403      404            303            303               303            303            403           403         404      404
""")
