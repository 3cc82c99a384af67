"""Groups: read by whoever works in the class. 409: a group with people in it stays."""
from matrix import table

ROWS = table("""
                               anonymous  trainee  other_trainee  administrator  training_officer  class_teacher  class_monitor  group_leader  instructor  unit_hr  other_officer
GET lms.manage_groups.show     login      403      404            200            200               200            200            200           200         404      404
POST lms.manage_groups.add     login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_groups.rename  login      403      404            303            303               403            403            403           403         404      404
POST lms.manage_groups.remove  login      403      404            409            409               403            403            403           403         404      404
""")
