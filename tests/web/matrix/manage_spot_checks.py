"""A draw is among the whole class. 409: no session is on."""
from matrix import table

ROWS = table("""
                                  anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_spot_checks.show   login      403      404            200            200               200            200            403           403         404      404
POST lms.manage_spot_checks.make  login      403      404            409            409               409            409            403           403         404      404
POST lms.manage_spot_checks.note  login      403      404            303            303               303            303            403           403         404      404
""")
